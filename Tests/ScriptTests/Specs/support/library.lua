--- The modules that the standard library itself uses, which no script reaches without the debug library.
local library = {}

--- The module in the local `name` of the file that the function `user` is in.
function library.module_of(user, name)
  for position = 1, math.huge do
    local upvalue, value = debug.getupvalue(user, position)
    assert(upvalue, name)
    if upvalue == name then return value end
  end
end

return library
