"""What is recorded and derived here: transfers, reissues, removals, links, evidence, due dates, advice and the audit."""
