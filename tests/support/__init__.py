"""What tests share: people, shops, campaigns and crowds for stories. No test stands here."""
