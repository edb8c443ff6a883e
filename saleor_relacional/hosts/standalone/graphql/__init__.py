"""The shop's own GraphQL API, named as Saleor names things where that is natural, with ours mounted in it."""
