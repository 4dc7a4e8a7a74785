"""HTTP to platforms: time-outs, retries, rate budget, redaction, lossless paging."""
