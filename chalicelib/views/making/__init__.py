"""Make the objects of one event alone: an upload's, or a withdrawal's."""
