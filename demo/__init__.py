"""The two brokerages a newcomer finds: made-up people, written through the product's own functions."""
