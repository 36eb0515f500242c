"""Work in the background: ordered, queued, taken up by a worker, watched."""
