"""The desk for programs: operations over HTTP, JSON in and out, described by one table (`operations`), /api/v1/openapi.json made of it.

Answers are the published formats (rules/schema), refusals hegui/problems/v1; what may be done is what pages allow.
"""
