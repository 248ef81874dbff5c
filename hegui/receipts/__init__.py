"""Receipts of assessments, their verification, and the ledger they are entered in.

Everything that matters works on bytes, so that inputs may lie in a folder, in an archive or in a store by digest:

    inputs = Inputs(files, facts=("facts/1/case/case.yaml",), sources=("facts/1/sources/report.txt",))
    asked = Options(accept, as_of)                         # the day, as text, on which waivers must be in force
    scored, problems = assess_inputs(inputs, asked)        # in a process of its own, from these files and nothing else
    options = options_of(scored.rulebook, accept, day, waivers=bool(inputs.waivers))  # keeps the day only if it mattered
    receipt = make_receipt(inputs, options, scored, Made(by, at), papers={"报告.docx": data})
    receipt, problem = signed(receipt, pem, "key.pem")     # if there is a key
    text = receipt_text(receipt)                           # the file; `read_receipt` reads it back

`files` maps places (`places`: rulebook/…, common/…, facts/<n>/case/…, waivers/<n>/…) to bytes, or to Paths of files too large to
hold. A store that keeps inputs by digest verifies a receipt without knowing any path:

    receipt, problems = read_receipt(data, "receipt.json")
    files = {file.name: blobs[file.sha256] for file in receipt.content.inputs if file.sha256 in blobs}
    verification = verify_receipt(receipt, AtHand(files, written=data, key=trusted))
    verification.agrees, verification.comparisons

The ledger (`ledger`) is a chain of entries that knows nothing of where it is kept. Under a lock, or in a transaction that
excludes others:

    entry = link(last, at=at, by=by, kind="assessment", receipt=receipt.digest, payload=sha256(text.encode()))
    faults = check_chain(Placed(row.n, row.entry) for row in rows)

| module | what it does |
|---|---|
| `model`, `documents` | the records; their JSON, digest and seal |
| `places`, `inputs` | names of inputs; an assessment made of nothing but them |
| `making`, `result`, `versions` | a receipt of an assessment |
| `verifying`, `differences` | what agrees, and where a result differs |
| `signing` | Ed25519 |
| `ledger` | the chain |
"""
