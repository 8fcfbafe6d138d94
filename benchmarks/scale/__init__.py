"""A lake of thousands of kingdoms behind an S3 of ours, and what is measured on it."""
