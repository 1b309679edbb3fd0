import Essentials
import Foundation
import TestSupport
import Testing

@Suite("The sandbox: limits")
struct SandboxLimitsTests {
  /// Scripts that want all the memory there is, in every way a script has.
  static let greedy: [String] = [
    "local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(1000000) .. #t end) end",
    "local t = {} while true do pcall(function() t[#t + 1] = {} end) end",
    "while true do pcall(string.rep, 'x', 1 << 30) end",
    "local s = 'x' while true do pcall(function() s = s .. s end) end",
    "local t = {} for i = 1, 1e7 do t[i] = 'abcdefgh' end while true do pcall(table.concat, t, ('y'):rep(1000)) end",
    "local t = {} while true do pcall(function() t[#t + 1] = function() return t end end) end",
    "local t = {} while true do pcall(function() t[#t + 1] = coroutine.create(print) end) end",
    "local c = coroutine.wrap(function() local t = {} while true do pcall(function() t[#t + 1] = { t } end) end end) c()",
    "local t = {} for i = 1, 1e9 do t[i] = -i end table.sort(t)",
    "local s = ('x'):rep(30000000) while true do pcall(string.gsub, s, '.', 'yyyyyyyyyy') end",
    "local t = require 'vnn.tensor' local k = {} while true do pcall(function() k[#k + 1] = t.ones(1000, 1000) end) end",
    "local t = require 'vnn.tensor' local a = assert(t.ones(1500, 1500)) local k = {} "
      + "while true do pcall(function() k[#k + 1] = a:matmul(a) end) end",
    "local t = require 'vnn.tensor' local x = assert(t.arange(5e6)) local k = {} "
      + "while true do pcall(function() k[#k + 1] = x:sort() + x end) end",
    "local j = require 'vnn.json' local s = '[' .. ('[1],'):rep(8000000) .. '1]' while true do pcall(j.decode, s) end",
    "local j = require 'vnn.json' local t = {} for i = 1, 4e6 do t[i] = i end while true do pcall(j.encode, t) end",
    "local n = require 'vnn.nn' local k = {} while true do pcall(function() k[#k + 1] = n.mlp({ 1000, 1000, 10 }) end) end",
    "local m = require('vnn.milp').model() local k = {} while true do pcall(function() "
      + "k[#k + 1] = m:variables(1000000, { upper = 1 }) end) end",
    "local t = require 'vnn.tensor' local k = {} while true do pcall(function() k[#k + 1] = t.ones(2000):table() end) end",
    "local r = require('vnn.tensor').random(1) local k = {} while true do pcall(function() "
      + "k[#k + 1] = r:permutation(1000000) end) end",
  ]

  @Test("memory stays below twice the limit and 150 MB, and no pcall survives it", arguments: greedy)
  func memory(_ code: String) throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(code, to: "\(folder)/s.lua")
      let peak = try PeakMemoryRun([
        "--sandbox", "--memory-limit", "128", "--time-limit", "20", "\(folder)/s.lua",
      ])
      #expect(peak.status == 1, "\(code): \(peak.status)")
      #expect(peak.megabytes > 10, "it was watched")
      #expect(peak.megabytes < 2 * 128 + 150, "\(code): \(peak.megabytes) MB")
    }
  }

  @Test("a tensor that does not fit is refused before it takes memory; dropped ones make room")
  func tensors() throws {
    let code = """
      local tensor = require "vnn.tensor"
      print(tensor.ones(20000000))
      for round = 1, 200 do assert(tensor.ones(6000000)) end
      """
    try sandboxed(code, ["--memory-limit", "128"]) { run, _ in
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.hasPrefix("nil\tmemory: there is not enough for 20000000 numbers"), "\(run.output)")
    }
  }

  /// Scripts that take forever where Lua counts no instruction, and where it does.
  static let slow: [String] = [
    "while true do pcall(function() while true do end end) end",
    "coroutine.wrap(function() while true do pcall(coroutine.wrap(function() while true do end end)) end end)()",
    "string.find(('a'):rep(1000), ('.-'):rep(24) .. 'b')",
    "while true do pcall(string.find, ('a'):rep(1000), ('.-'):rep(24) .. 'b') end",
    "local t = require 'vnn.tensor' local a = t.ones(5000, 5000) while true do pcall(function() a:matmul(a) end) end",
    "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
    "require('vnn.system').wait({}, 1e9)",
    "local t = {} for i = 1, 3e6 do t[i] = i % 7 end while true do table.sort(t, function(a, b) return a < b end) end",
  ]

  @Test("at the limit of time the script is stopped, 2 s later the process", arguments: slow)
  func time(_ code: String) throws {
    try sandboxed("print 'begun' \(code)", ["--time-limit", "1", "--instruction-limit", "1000000000000"]) { run, _ in
      #expect(run.status == 1 && run.output == "begun\n", "\(code): \(run.status) \(run.output)")
      #expect(run.errors.contains("stopped: the limit of time is used up"), "\(code): \(run.errors)")
    }
  }

  @Test("a native call that never looks up ends with one sentence, at most 2 s late and some")
  func sentence() throws {
    let began = Stopwatch.now
    try sandboxed("string.find(('a'):rep(1000), ('.-'):rep(24) .. 'b')", ["--time-limit", "0.5"]) { run, _ in
      #expect(run.status == 1)
      #expect(
        run.errors == "vnnlua: stopped: the limit of time is used up, and a native call did not answer\n",
        "\(run.errors)")
    }
    #expect((2.4..<6).contains(Stopwatch.now - began), "\(Stopwatch.now - began) s")
  }

  @Test("a script that ends in time is not disturbed")
  func inTime() throws {
    try sandboxed("print 'done'", ["--time-limit", "30"]) { run, _ in
      #expect(run.status == 0 && run.output == "done\n" && run.errors == "", "\(run.errors)")
    }
    for wrong in ["0", "-1", "inf", "soon"] {
      #expect(try CommandLineRun.vnnlua(["--sandbox", "--time-limit", wrong, "-e", ""]).status == 2, "\(wrong)")
    }
    #expect(try CommandLineRun.vnnlua(["--time-limit", "1", "-e", ""]).status == 2)
  }

  /// Ways to a finalizer, which Lua runs with its limits switched off.
  static let finalizers: [String] = [
    "getmetatable(io.stdout).__gc = forever",
    "local f = io.open('in/x', 'w') getmetatable(f).__gc = forever f = nil",
    "getmetatable('').__gc = forever",
    "setmetatable({}, { __gc = forever })",
    "setmetatable({}, { __gc = true })",
    "local mt = setmetatable({}, { __index = function() return forever end }) setmetatable({}, mt)",
    "local mt = {} local o = setmetatable({}, mt) mt.__gc = forever o = nil",
    "rawget = function() end setmetatable({}, { __gc = forever })",
    "type, rawget, error = tostring, tostring, tostring setmetatable({}, { __gc = forever })",
    "local t = require('vnn.tensor').ones(2) getmetatable(t).__gc = forever",
    "rawset(getmetatable(require('vnn.tensor').ones(2)), '__gc', forever)",
    "local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = forever }) coroutine.yield() end) "
      + "coroutine.resume(c)",
    "getmetatable(_G).__gc = forever",
  ]

  @Test("no finalizer of a script runs", arguments: finalizers)
  func finalizer(_ code: String) throws {
    let script = """
      local function forever() io.stderr:write "a finalizer ran\\n" while true do end end
      print(pcall(function() \(code) end))
      for round = 1, 3 do collectgarbage() end
      """
    try sandboxed(script, ["--time-limit", "20"]) { run, _ in
      #expect(run.status == 0 && run.errors == "", "\(code): \(run.output)\(run.errors)")
    }
  }
}

/// A run of vnnlua that is watched for how much memory it takes.
private struct PeakMemoryRun {
  /// The exit code; signals count as 128 plus their number.
  let status: Int32
  /// The most that was in memory at any time.
  let megabytes: Int

  init(_ arguments: [String]) throws {
    var words = ([CommandLineRun.builtExecutable] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
    }
    var child = pid_t()
    guard posix_spawn(&child, CommandLineRun.builtExecutable, &actions, nil, &words, environ) == 0 else {
      throw OutsideFailure("vnnlua cannot be started")
    }
    // Not from `wait4`, whose peak begins with that of the process which started the child.
    var peak = 0
    var ended: Int32 = 0
    while true {
      let waited = waitpid(child, &ended, WNOHANG)
      if waited == child || waited < 0 && errno != EINTR { break }
      peak = max(peak, PeakMemoryRun.kilobytes(of: child))
      usleep(2000)
    }
    let signal = ended & 0x7F
    status = signal == 0 ? ended >> 8 & 0xFF : 128 + signal
    megabytes = peak / 1024
  }

  /// The most that has been in memory of a process so far; 0 where it is gone.
  private static func kilobytes(of process: pid_t) -> Int {
    guard let text = try? String(decoding: FileAccess.read("/proc/\(process)/status"), as: UTF8.self),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return 0 }
    return line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }
}
