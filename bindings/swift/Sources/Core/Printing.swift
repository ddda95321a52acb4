/// A record that prints as the name of its type, whatever prints it: `print`, string interpolation, `dump`, `String(reflecting:)`, a debugger's
/// summary. What it holds is a witness's; a log must not learn of it by accident.
public protocol PrintsItsNameAlone: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension PrintsItsNameAlone {
    /// The name of the type.
    public var description: String { "[\(Self.self)]" }

    /// The name of the type.
    public var debugDescription: String { description }

    /// Without children.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
