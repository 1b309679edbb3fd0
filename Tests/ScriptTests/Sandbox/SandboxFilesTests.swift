import Essentials
import Foundation
import TestSupport
import Testing

@Suite("The sandbox: files")
struct SandboxFilesTests {
  @Test("a folder that is swapped for a link while the script runs leads nowhere")
  func swapped() throws {
    let code = """
      local system = require "vnn.system"
      local seen, made = 0, 0
      for round = 1, 20000 do
        local file = io.open "in/sub/file"
        local text = file and file:read "a" or system.read_file "in/sub/file" or ""
        if file then file:close() end
        local names = table.concat(system.list "in/sub" or {}, " ")
        if text:find "secret" or names:find "victim" then seen = seen + 1 end
        if round % 200 == 0 then
          system.write_file("in/sub/file", "own")
          system.append_line("in/sub/made-line", "x")
          system.remove "in/sub/made-line"
          system.make_directory "in/sub/made-folder"
          system.remove "in/sub/victim"
          system.publish("in/s.lua", "in/sub/s.lua")
          system.publish("in/sub/s.lua", "in/s.lua")
        end
      end
      print(seen)
      """
    try withTemporaryDirectory { outside in
      try FileAccess.write("secret", to: "\(outside)/file")
      try FileAccess.write("", to: "\(outside)/victim")
      var swapper: Swapper?
      try sandboxed(code) { folder in
        try FileAccess.makeDirectory("\(folder)/in/sub")
        try FileAccess.write("own", to: "\(folder)/in/sub/file")
        swapper = Swapper("\(folder)/in/sub", linkTo: outside)
      } check: { run, _ in
        swapper?.stop()
        #expect(run.output == "0\n", "\(run.output)\(run.errors)")
      }
      #expect(try FileAccess.list(outside) == ["file", "victim"])
      #expect(try FileAccess.read("\(outside)/file") == Array("secret".utf8))
    }
  }

  @Test("no link lies in the way of what is written")
  func partial() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.makeDirectory("\(folder)/in")
      try FileAccess.write("original", to: "\(folder)/victim")
      try FileAccess.write("require('vnn.system').write_file('in/out.txt', 'written')", to: "\(folder)/in/s.lua")
      // The shell becomes vnnlua, and so its number is known before.
      let script = "ln -s ../victim in/out.txt.$$.partial; exec \"$0\" --sandbox --allow-dir in in/s.lua"
      let run = try CommandLineRun("/bin/sh", ["-c", script, CommandLineRun.builtExecutable], directory: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try FileAccess.read("\(folder)/victim") == Array("original".utf8))
      #expect(try FileAccess.read("\(folder)/in/out.txt") == Array("written".utf8))
    }
  }

  static let ways: [String] = [
    // Views of this process and its descriptors.
    "s.read_file '/proc/self/mem' or io.open('/proc/self/mem', 'r+') or s.read_file '/proc/self/environ'",
    "s.read_file '/proc/self/fd/0' or io.open '/dev/fd/0' or s.list '/proc/self/fd' or s.read_file 'in/descriptors/0'",
    "s.read_file 'in/root/etc/passwd' or s.list 'in/root' or s.exists 'in/root/etc'",
    // Up and around.
    "s.list '..' or s.list 'in/..' or s.read_file 'in/./../secret' or s.read_file 'in//..//secret'",
    "s.read_file('in/' .. ('x/../'):rep(100) .. '../secret') or s.read_file 'in/absent/../../secret'",
    "s.read_file 'in/relative' or s.list 'in/relative-up' or s.read_file 'in/chain/secret'",
    "s.read_file 'in/loop' or s.exists 'in/loop' or s.make_directory 'in/loop/made'",
    "s.remove 'in' or s.publish('in', 'made') or s.remove 'in/up/spare' or s.remove 'in/up'  and s.exists 'in/up/secret'",
    "s.make_directory '/made' or s.make_directory '' or s.read_file '' or s.list '/'",
    "s.read_file(('x'):rep(100000)) or s.read_file(('in/'):rep(5000))",
    // To Unicode, a slash with an accent after it is one character; to the system it is a slash.
    "s.remove 'in/up/\\u{301}spare' or s.make_directory 'in/up/\\u{301}made' or s.read_file 'in/up/\\u{301}spare'",
    "s.publish('in/friend.lua', 'in/up/\\u{301}made') or s.write_file('in/up/\\u{301}made', '')",
    // A zero byte would end the name.
    "s.read_file 'secret\\0' or s.read_file 'in/friend.lua\\0' or s.write_file('in/\\0/made', '') or s.list 'in\\0'",
    "s.remove 'in/friend.lua\\0' or s.lock 'in/lock\\0' or s.publish('in/friend.lua', 'in/x\\0')",
    // What is no file blocks, or is something else altogether.
    "s.read_file 'in/pipe' or io.open 'in/pipe' or io.open('in/pipe', 'w') or s.append_line('in/pipe', '')",
    "pcall(io.lines, 'in/pipe') or require('vnn.json').load 'in/pipe' or (require('vnn.milp').read 'in/pipe')",
    "s.read_file 'in/zero' or s.read_file 'in/socket' or s.lock 'in/pipe'",
    // A file of a terabyte that takes no place.
    "s.read_file 'in/sparse' or require('vnn.tensor').load 'in/sparse.npy' or require('vnn.json').load 'in/sparse'",
    // Nothing makes links, and no solver opens files.
    "io.link or os.link or os.rename or rawget(s, 'link') or rawget(s, 'symlink') or rawget(s, 'permitted_path')",
    "not pcall(function() require('vnn.milp').model():solve { solver = 'highs', options = { log_file = 'made' } } end)",
  ]

  @Test("ways that strangers know: none leads out, and none blocks", arguments: ways)
  func refused(_ way: String) throws {
    let code = "local s = require 'vnn.system' print((\(way)) and 'escaped' or 'refused')"
    try sandboxed(code, ["--time-limit", "20"], prepare: prepareWays) { run, folder in
      #expect(run.output == "refused\n", "\(way): \(run.output)\(run.errors)")
      #expect(FileAccess.exists("\(folder)/\u{301}spare") && FileAccess.exists("\(folder)/spare"), "\(way)")
      for name in ["made", "\u{301}made"] { #expect(!FileAccess.exists("\(folder)/\(name)"), "\(way)") }
    }
  }

  private func prepareWays(_ folder: String) throws {
    try FileAccess.write("", to: "\(folder)/spare")
    try FileAccess.write("", to: "\(folder)/\u{301}spare")
    symlink("/proc/self/fd", "\(folder)/in/descriptors")
    symlink("/proc/self/root", "\(folder)/in/root")
    symlink("../secret", "\(folder)/in/relative")
    symlink("..", "\(folder)/in/relative-up")
    symlink("up", "\(folder)/in/chain")
    symlink("loop", "\(folder)/in/loop")
    mkfifo("\(folder)/in/pipe", 0o666)
    // As root only; elsewhere there is no such file, which is refused as well.
    // The device is that of /dev/zero.
    mknod("\(folder)/in/zero", S_IFCHR | 0o666, 0x105)
    mknod("\(folder)/in/socket", S_IFSOCK | 0o666, 0)
    for name in ["sparse", "sparse.npy"] {
      try FileAccess.write("", to: "\(folder)/in/\(name)")
      truncate("\(folder)/in/\(name)", 1 << 40)
    }
  }

  @Test("no temporary folder outside, wherever TMPDIR leads")
  func temporary() throws {
    let code = """
      local system = require "vnn.system"
      local folder = system.temporary_folder()
      print(not folder or (system.write_file(folder.path .. "/file", "x") and system.exists(folder.path)))
      """
    try withTemporaryDirectory { outside in
      try sandboxed(code, environment: ["TMPDIR": outside]) { run, _ in
        #expect(run.output == "true\n", "\(run.output)\(run.errors)")
      }
      #expect(try FileAccess.list(outside) == [])
    }
  }

  @Test("what honest scripts do with files works: modes, names, ways within the folder")
  func honest() throws {
    let code = """
      local system = require "vnn.system"
      local file = assert(io.open("in/new\\nline", "w+b"))
      assert(io.type(file) == "file" and file:write "one\\ntwo\\n" and file:seek "set" == 0)
      assert(file:read "l" == "one" and file:close() and io.type(file) == "closed file")
      assert(assert(io.open("in/new\\nline", "a")):write "three\\n")
      collectgarbage()
      local lines = {}
      for line in io.lines "in/new\\nline" do lines[#lines + 1] = line end
      assert(table.concat(lines, ",") == "one,two,three", table.concat(lines, ","))
      print(pcall(io.open, "in/x", "rw"))
      print(pcall(io.lines, "in/absent"))
      assert(system.read_file "in/../in/new\\nline" and system.read_file "./in/./new\\nline")
      local whole = system.read_file "in/where"
      assert(system.read_file(whole .. "/in/new\\nline") and system.list(whole .. "/in"))
      assert(system.make_directory "in/a/b/c/" and system.write_file("in/a/b/../file", "x"))
      assert(system.read_file "in/a/file" == "x" and system.read_file "in/beside" == "x")
      assert(system.publish("in/a/file", "in/b") and not system.exists "in/a/file" and system.remove "in/b")
      assert(system.lock "in/lock" and system.repair_lines "in/absent" == 0 and system.empty "in/lock")
      """
    try sandboxed(code) { folder in
      symlink("a/file", "\(folder)/in/beside")
      try FileAccess.write(folder, to: "\(folder)/in/where")
    } check: { run, _ in
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      #expect(
        run.output == """
          false\tin/s.lua:10: system.open_file: argument 2: expected a mode such as r, w, a or r+b, got "rw"
          false\tin/absent: cannot be opened: No such file or directory

          """, "\(run.output)")
    }
  }
}

/// A thread that swaps a folder for a link and back as fast as it can, as another process would.
///
/// `@unchecked Sendable` because the flag is the only thing shared, and a late look at it does no harm.
private final class Swapper: @unchecked Sendable {
  private let lock = NSLock()
  private var isOver = false
  private let ended = DispatchSemaphore(value: 0)

  init(_ folder: String, linkTo outside: String) {
    let (link, aside) = (folder + "-link", folder + "-aside")
    symlink(outside, link)
    Thread.detachNewThread { [self] in
      while !lock.withLock({ isOver }) {
        rename(folder, aside)
        rename(link, folder)
        rename(folder, link)
        rename(aside, folder)
      }
      ended.signal()
    }
  }

  func stop() {
    lock.withLock { isOver = true }
    ended.wait()
  }
}
