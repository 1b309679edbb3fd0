import Bindings
import LuaHost

let interpreter = try Interpreter()
try BindingRegistry.register(into: interpreter)
