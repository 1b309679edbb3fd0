std = "lua54"
max_line_length = 120
-- Stubs only name parameters, and the error at their beginning ends them.
files["Stdlib/meta"] = { ignore = { "212", "241", "511" } }
