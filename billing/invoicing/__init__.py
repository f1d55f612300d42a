"""Invoices issued here, where no card pays: at each period, with what changed in the last one."""
