"""The JSON Schemas of the API's answers, each with an example (contract, sections 8 and 9)."""
