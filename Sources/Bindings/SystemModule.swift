import Essentials
import Glibc
import LuaHost

/// `vnn.system`: clocks, whole files, the terminal, and what this program is made of.
enum SystemModule {
  static let name = "vnn.system"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.constant("version", .string(Release.version))
      module.function("clock") { call in call.push(Stopwatch.now) }
      module.function("processor_clock") { call in call.push(Stopwatch.processorNow) }
      module.function("nothing") { _ in 0 }
      describeFiles(module)
      describeTerminal(module)
      module.function("components") { call in call.push(.array(Component.all.map(\.luaValue))) }
      module.function("library_paths") { call in call.push(StandardLibrary.paths) }
      module.function("library_source") { call in
        guard let source = try StandardLibrary.source(of: try call.string(1)) else { return call.pushNil() }
        return call.push(bytes: source)
      }
    }
  }

  private static func describeFiles(_ module: NativeModule.Builder) {
    module.function("read_file") { call in call.push(bytes: try FileAccess.read(try call.string(1))) }
    module.function("write_file") { call in
      try FileAccess.write(try call.bytes(2), to: try call.string(1))
      return call.push(true)
    }
    module.function("append_line") { call in
      try FileAccess.appendLine(try call.string(2), to: try call.string(1))
      return call.push(true)
    }
    module.function("make_directory") { call in
      try FileAccess.makeDirectory(try call.string(1))
      return call.push(true)
    }
    module.function("exists") { call in call.push(FileAccess.exists(try call.string(1))) }
    module.function("permitted_path") { call in call.push(try FileAccess.permitted(try call.string(1))) }
  }

  private static func describeTerminal(_ module: NativeModule.Builder) {
    module.function("is_terminal") { call in
      let stream = try call.string(1, oneOf: ["stdin", "stdout", "stderr"])
      let descriptor = stream == "stdin" ? STDIN_FILENO : stream == "stdout" ? STDOUT_FILENO : STDERR_FILENO
      return call.push(isatty(descriptor) == 1)
    }
    module.function("terminal_width") { call in
      var size = winsize()
      guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return call.pushNil() }
      return call.push(Int(size.ws_col))
    }
  }
}
