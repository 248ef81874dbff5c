"""`hegui serve`: the desk in the browser. Server-rendered, nothing loaded from elsewhere, the engine in processes of its own.

`store` keeps what people own (files by digest, folders in versions, accounts, the ledger), `work` runs tasks in worker
processes, `web` turns both into pages, `api` into JSON.
"""
