"""Writers: spreadsheets, CSV, JSON, HTML, calendars, scripts, and the layout of printed pages."""
