"""Where documents are read: by worker processes of this machine, or by the workers of a dask cluster."""
