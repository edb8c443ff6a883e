"""The whole way on a running Saleor, over HTTP: people shop, our worker records, mails leave."""
