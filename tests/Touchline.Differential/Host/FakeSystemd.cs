using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tmds.DBus.Protocol;

namespace Touchline.Differential.Host;

/// <summary>
/// A real D-Bus daemon with services on it that answer as systemd and its logind do: they list units and sessions and tell their
/// properties. Both node_exporter and we ask them.
/// </summary>
internal sealed class FakeSystemd : IPathMethodHandler, IAsyncDisposable
{
    private const string Service = "org.freedesktop.systemd1";
    private const string LoginService = "org.freedesktop.login1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("touchline-bus-");
    private readonly List<(string Name, string Load, string Active)> _units = [];
    private readonly List<(string Id, string Seat)> _sessions = [];
    private readonly Dictionary<(string Path, string Kind, string Name), VariantValue> _properties = [];
    private Process? _daemon;
    private DBusConnection? _connection;

    public string Path => "/org/freedesktop";

    public bool HandlesChildPaths => true;

    public string Address => $"unix:path={_folder.FullName}/bus";

    public void SetManager(string name, VariantValue value) => _properties[($"{Path}/systemd1", $"{Service}.Manager", name)] = value;

    public void AddUnit(string name, string load, string active, params (string Kind, string Name, VariantValue Value)[] properties)
    {
        _units.Add((name, load, active));
        foreach (var property in properties)
        {
            _properties[(UnitPath(name), $"{Service}.{property.Kind}", property.Name)] = property.Value;
        }
    }

    /// <summary>Seats there are those that sessions sit at.</summary>
    public void AddSession(string id, string seat, params (string Name, VariantValue Value)[] properties)
    {
        _sessions.Add((id, seat));
        foreach (var (name, value) in properties)
        {
            _properties[($"{Path}/login1/session/{id}", $"{LoginService}.Session", name)] = value;
        }
    }

    public async Task StartAsync()
    {
        var config = System.IO.Path.Combine(_folder.FullName, "bus.conf");
        await File.WriteAllTextAsync(config, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <listen>{Address}</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow user="*"/>
                <allow own="*"/>
                <allow send_destination="*"/>
                <allow receive_sender="*"/>
              </policy>
            </busconfig>
            """);
        _daemon = Process.Start(new ProcessStartInfo("dbus-daemon", [$"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // It complains of limits that it may not raise.
        _daemon.BeginErrorReadLine();
        // It says where it listens once it does.
        await _daemon.StandardOutput.ReadLineAsync();
        _connection = new DBusConnection(Address);
        await _connection.ConnectAsync();
        _connection.AddMethodHandler(this);
        await _connection.RequestNameAsync(Service, RequestNameOptions.None);
        await _connection.RequestNameAsync(LoginService, RequestNameOptions.None);
    }

    public ValueTask HandleMethodAsync(MethodContext context)
    {
        var request = context.Request;
        switch (request.MemberAsString)
        {
            case "ListUnits":
                ReplyUnits(context);
                break;
            case "ListSeats":
                ReplySeats(context);
                break;
            case "ListSessions":
                ReplySessions(context);
                break;
            case "Get":
                var reader = request.GetBodyReader();
                ReplyProperty(context, (request.PathAsString!, reader.ReadString(), reader.ReadString()));
                break;
            default:
                context.ReplyUnknownMethodError();
                break;
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        if (_daemon is not null)
        {
            _daemon.Kill();
            await _daemon.WaitForExitAsync();
            _daemon.Dispose();
        }
        _folder.Delete(recursive: true);
    }

    private void ReplyProperty(MethodContext context, (string Path, string Kind, string Name) key)
    {
        if (!_properties.TryGetValue(key, out var value))
        {
            context.ReplyError("org.freedesktop.DBus.Error.UnknownProperty", $"Unknown property {key.Name}");
            return;
        }
        using var writer = context.CreateReplyWriter("v");
        writer.WriteVariant(value);
        context.Reply(writer.CreateMessage());
    }

    private void ReplyUnits(MethodContext context)
    {
        using var writer = context.CreateReplyWriter("a(ssssssouso)");
        var start = writer.WriteArrayStart(DBusType.Struct);
        foreach (var (name, load, active) in _units)
        {
            writer.WriteStructureStart();
            writer.WriteString(name);
            writer.WriteString($"The unit {name}");
            writer.WriteString(load);
            writer.WriteString(active);
            writer.WriteString("running");
            writer.WriteString("");
            writer.WriteObjectPath(UnitPath(name));
            writer.WriteUInt32(0);
            writer.WriteString("");
            writer.WriteObjectPath("/");
        }
        writer.WriteArrayEnd(start);
        context.Reply(writer.CreateMessage());
    }

    private void ReplySeats(MethodContext context)
    {
        using var writer = context.CreateReplyWriter("a(so)");
        var start = writer.WriteArrayStart(DBusType.Struct);
        foreach (var seat in _sessions.Select(session => session.Seat).Where(seat => seat.Length > 0).Distinct())
        {
            writer.WriteStructureStart();
            writer.WriteString(seat);
            writer.WriteObjectPath($"{Path}/login1/seat/{seat}");
        }
        writer.WriteArrayEnd(start);
        context.Reply(writer.CreateMessage());
    }

    private void ReplySessions(MethodContext context)
    {
        using var writer = context.CreateReplyWriter("a(susso)");
        var start = writer.WriteArrayStart(DBusType.Struct);
        foreach (var (id, seat) in _sessions)
        {
            writer.WriteStructureStart();
            writer.WriteString(id);
            writer.WriteUInt32(1000);
            writer.WriteString("someone");
            writer.WriteString(seat);
            writer.WriteObjectPath($"{Path}/login1/session/{id}");
        }
        writer.WriteArrayEnd(start);
        context.Reply(writer.CreateMessage());
    }

    /// <summary>A unit's object is named after it, what no path may hold being written in hexadecimal.</summary>
    private static string UnitPath(string unit)
    {
        var path = new StringBuilder("/org/freedesktop/systemd1/unit/");
        foreach (var character in unit)
        {
            var isPlain = char.IsAsciiLetter(character) || (char.IsAsciiDigit(character) && path[^1] != '/');
            path.Append(isPlain ? character.ToString() : string.Create(CultureInfo.InvariantCulture, $"_{(int)character:x2}"));
        }
        return path.ToString();
    }
}
