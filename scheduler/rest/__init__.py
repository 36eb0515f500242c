"""The API for other programs, over HTTP: the services once more, for whoever brings a token, under
the same table of permissions. It is served beside the pages, under /api/v1.
"""
