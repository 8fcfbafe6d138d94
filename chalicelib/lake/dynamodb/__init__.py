"""A DynamoDB table: a store of small items, for those views that are items instead of objects."""
