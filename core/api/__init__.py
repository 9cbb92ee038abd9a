"""What the API's views share: problems, pages, throttles."""
