"""What is told of an upload besides its report: it depends on the lake, so no report has it."""
