"""DynamoDB for the tests: moto, and in `make test-dynamodb` DynamoDB Local.

moto takes much that DynamoDB refuses; Local is Amazon's own, and is held to DynamoDB's rules.
"""
