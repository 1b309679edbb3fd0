--- What the specifications check with.
local checks = {}

local count = 0

--- Counts an assertion, and fails with the caller's line if it does not hold.
function checks.check(condition, message)
  count = count + 1
  if not condition then error(message or "assertion failed", 2) end
end

--- Whether two numbers are there and agree within 1e-6, relative to those larger than 1.
function checks.near(a, b) return a and b and math.abs(a - b) <= 1e-6 * math.max(1, math.abs(b)) end

--- The call fails with a message that has all of the texts in it.
function checks.fails(call, ...)
  local ok, message = pcall(call)
  checks.check(not ok, "expected an error")
  for _, text in ipairs { ... } do
    checks.check(tostring(message):find(text, 1, true), ("%s\nlacks: %s"):format(message, text))
  end
end

--- `work` with these arguments fails with a message that holds every one of `parts`.
---@return string message
function checks.refuses(parts, work, ...)
  local ok, message = pcall(work, ...)
  checks.check(not ok, "expected an error")
  message = tostring(message)
  for _, part in ipairs(parts) do
    checks.check(message:find(part, 1, true), ("expected '%s' in: %s"):format(part, message))
  end
  return message
end

--- The call fails with a message that has `text` in it and blames the file and the line of the call, which may take a
--- few lines.
function checks.fails_here(text, call)
  local caller = debug.getinfo(2, "Sl")
  local ok, message = pcall(call)
  checks.check(not ok, "expected an error with: " .. text)
  message = tostring(message)
  local file, line = message:match "^([^ ]*):(%d+): "
  line = tonumber(line)
  checks.check(file == caller.short_src, message)
  checks.check(line >= caller.currentline and line <= caller.currentline + 3, message)
  checks.check(message:find(text, 1, true), message)
end

--- Says how many assertions held, so that a specification that ends too early is noticed.
function checks.finish() print(count .. " assertions") end

return checks
