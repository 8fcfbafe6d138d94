"""The lake in an S3 bucket."""
