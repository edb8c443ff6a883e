"""What customers tell us: a rating after delivery, a complaint, a reason, a wish; staff who answer by a clock."""
