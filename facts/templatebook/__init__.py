"""The workbook a department fills in (填报表): written from a vocabulary, read back into a case without loss."""
