"""All of Athena's: its tables, its queries, its client and its errors."""
