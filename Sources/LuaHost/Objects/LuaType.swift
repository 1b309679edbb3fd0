import CLua
import CLuaBridge
import Essentials

/// What scripts can do with the objects of one class: filled by `LuaObject.describe`.
///
/// Facts are fields, work is a method. Reading or assigning a name that does not exist is an error naming the nearest
/// one.
public final class LuaType<Object: LuaObject> {
  /// Reads or works on `object`; positions of the call count from the first argument after it.
  public typealias Body = (_ object: Object, _ call: Call) throws -> Int

  private(set) var members: [(function: NativeFunction, isField: Bool)] = []
  private var writers: [String: Body] = [:]
  private var metamethods: [NativeFunction] = []
  private var integerIndex: ((Object, Int, Call) throws -> Int)?
  private var newIndex: Body?
  private let shortName: String

  init() {
    shortName = Object.luaTypeName.split(separator: ".").last.map { String($0) } ?? Object.luaTypeName
    Object.describe(self)
  }

  /// The names of the methods, for tests of annotations and for completion.
  public static var methodNames: [String] { LuaType().members.filter { !$0.isField }.map { $0.function.name.member } }

  /// The names of the fields, for tests of annotations and for completion.
  public static var fieldNames: [String] { LuaType().members.filter { $0.isField }.map { $0.function.name.member } }

  /// Adds a method, called as `object:name(…)`.
  @inlinable
  public func method(_ name: String, _ body: @escaping Body) {
    add(name, isField: false) { call in
      try call.withSelf(as: Object.self, arguments: 1, body)
    }
  }

  /// Adds a field that is read as `object.name`; `read` pushes its value and, if given, `write` takes the new one as
  /// the call's argument 1 (what it returns is ignored).
  @inlinable
  public func field(_ name: String, _ read: @escaping Body, write: Body? = nil) {
    add(name, isField: true) { call in
      try call.withSelf(as: Object.self, arguments: 2, read)
    }
    if let write { setWriter(name, write) }
  }

  /// Handles `object[position]` for integer positions, as the script wrote them (1-based).
  public func indexed(_ read: @escaping (_ object: Object, _ position: Int, _ call: Call) throws -> Int) {
    integerIndex = read
  }

  /// Handles assignments to what is no writable field: the call's arguments are the key and the value.
  public func assigned(_ write: @escaping Body) { newIndex = write }

  /// What `tostring` and `print` show: one useful line.
  public func text(_ text: @escaping (Object) throws -> String) {
    let closed = "\(shortName) (closed)"
    metamethod("__tostring") { call in
      call.push(try call.objectIfAny(1, as: Object.self).map { try text($0) } ?? closed)
    }
  }

  /// What `#object` is.
  public func length(_ length: @escaping (Object) throws -> Int) {
    metamethod("__len") { call in call.push(try length(try call.object(1))) }
  }

  /// Makes objects callable: `object(…)`.
  public func called(_ body: @escaping Body) {
    metamethod("__call") { call in try call.withSelf(as: Object.self, arguments: 1, body) }
  }

  /// What `pairs(object)` goes through: a copy of the pairs at that moment.
  public func pairs(_ pairs: @escaping (Object) throws -> [(key: LuaValue, value: LuaValue)]) {
    metamethod("__pairs") { call in
      let entries = try pairs(try call.object(1))
      var next = 0
      return call.push(function: "pairs") { call in
        guard next < entries.count else { return call.pushNil() }
        defer { next += 1 }
        return call.push(entries[next].key) + call.push(entries[next].value)
      }
    }
  }

  /// Sets a metamethod (`__add`, `__sub`, `__mul`, `__div`, `__unm`, `__pow`, `__mod`, `__concat`, `__eq`, `__lt`, …)
  /// with both operands as Lua gives them, as arguments 1 and 2: either may be the object.
  public func metamethod(_ name: String, _ body: @escaping NativeBody) {
    metamethods.append(NativeFunction("\(shortName).\(name)", body))
  }

  @usableFromInline
  func add(_ name: String, isField: Bool, _ body: @escaping NativeBody) {
    members.append((NativeFunction("\(shortName).\(name)", body), isField))
  }

  @usableFromInline
  func setWriter(_ name: String, _ body: @escaping Body) { writers[name] = body }

  /// Pushes the class's metatable, made when it is first needed: that of objects, or that of values held as bytes, which
  /// differs in having no finalizer.
  @usableFromInline
  static func pushMetatable(isPlain: Bool = false, on state: OpaquePointer) {
    lua_checkstack(state, 8)
    let key = LuaIdentity.ofMetatable(LuaIdentity.of(Object.self), isPlain: isPlain)
    if lua_rawgetp(state, vnn_registry_index(), key) == LUA_TTABLE { return }
    vnn_pop(state, 1)
    if isPlain {
      HostState.of(state).plainTypes[LuaIdentity.of(Object.self)] = Object.self
      pushMetatable(on: state)
      vnn_new_table(state)
      lua_pushnil(state)
      while lua_next(state, -3) != 0 {
        lua_pushvalue(state, -2)
        vnn_insert(state, -2)
        lua_rawset(state, -4)
      }
      lua_pushnil(state)
      lua_setfieldRaw(state, "__gc")
      vnn_remove(state, -2)
    } else {
      LuaType().pushNewMetatable(on: state)
    }
    lua_pushvalue(state, -1)
    lua_rawsetp(state, vnn_registry_index(), key)
  }

  private func pushNewMetatable(on state: OpaquePointer) {
    let host = HostState.of(state)
    let call = Call(state: state)
    func set(_ name: String) { lua_setfieldRaw(state, name) }

    vnn_new_table(state)
    call.push(Object.luaTypeName)
    set("__name")
    call.push(Object.luaTypeName)
    set("__metatable")

    vnn_new_table(state)
    for (function, isField) in members {
      if isField {
        lua_pushlightuserdata(state, Unmanaged.passUnretained(host.keep(function)).toOpaque())
      } else if function.name.member == Object.luaElementMethod {
        lua_pushlightuserdata(state, Unmanaged.passUnretained(host.keep(function)).toOpaque())
        lua_pushcclosure(state, vnn_element, 1)
      } else {
        host.push(function, on: state)
      }
      set(function.name.member)
    }
    lua_pushvalue(state, -1)
    lua_setfieldRaw(state, "__members", table: -3)
    let fallback = host.keep(NativeFunction(Object.luaTypeName, indexFallback))
    lua_pushlightuserdata(state, Unmanaged.passUnretained(fallback).toOpaque())
    lua_pushcclosure(state, vnn_index, 2)
    set("__index")

    host.push(NativeFunction(Object.luaTypeName, assignment), on: state)
    set("__newindex")
    for name in ["__gc", "__close"] {
      lua_pushlightuserdata(state, LuaIdentity.of(Object.self))
      lua_pushcclosure(state, vnn_release, 1)
      set(name)
    }
    host.push(NativeFunction("\(shortName).__tostring", defaultText), on: state)
    set("__tostring")
    host.push(NativeFunction("\(shortName).__eq", identical), on: state)
    set("__eq")
    for function in metamethods {
      host.push(function, on: state)
      set(function.name.member)
    }
  }

  private func indexFallback(_ call: Call) throws -> Int {
    if let integerIndex, lua_isinteger(call.state, 2) != 0 {
      return try integerIndex(try call.object(1), try call.int(2), Call(state: call.state, base: 2))
    }
    throw Misuse(
      "\(Object.luaTypeName): \(Choices.unknown("field or method", keyText(call), members.map(\.function.name.member)))"
    )
  }

  private func assignment(_ call: Call) throws -> Int {
    let object: Object = try call.object(1)
    if call.kind(2) == .string, let write = writers[try call.string(2)] {
      _ = try write(object, Call(state: call.state, base: 2))
      return 0
    }
    if let newIndex {
      _ = try newIndex(object, Call(state: call.state, base: 1))
      return 0
    }
    let key = keyText(call)
    guard members.contains(where: { $0.function.name.member == key }) else {
      throw Misuse(
        "\(Object.luaTypeName): \(Choices.unknown("field", key, members.map(\.function.name.member)))")
    }
    throw Misuse("\(Object.luaTypeName): the field '\(key)' cannot be assigned")
  }

  private func keyText(_ call: Call) -> String {
    (try? call.string(2)) ?? LuaDescription.of(2, on: call.state)
  }

  private func defaultText(_ call: Call) throws -> Int {
    call.push(call.objectIfAny(1, as: Object.self) == nil ? "\(shortName) (closed)" : shortName)
  }

  private func identical(_ call: Call) throws -> Int {
    let left = call.objectIfAny(1, as: Object.self)
    return call.push(left != nil && left === call.objectIfAny(2, as: Object.self))
  }
}

extension String {
  /// What follows the last dot: the name of a member of a type or module.
  var member: String { split(separator: ".").last.map { String($0) } ?? self }
}

/// Sets the string key `name` to the value on top of the stack, without metamethods, and pops the value.
func lua_setfieldRaw(_ state: OpaquePointer, _ name: String, table: Int32 = -2) {
  let table = lua_absindex(state, table)
  Call(state: state).push(name)
  vnn_insert(state, -2)
  lua_rawset(state, table)
}
