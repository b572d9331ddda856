using Tmds.DBus.Protocol;
using Touchline.Model;

namespace Touchline.Collectors.Host.Systemd;

/// <summary>How many people are logged in and how, as systemd's logind tells over the system's D-Bus.</summary>
internal sealed class LogindCollector(HostOptions options) : NodeCollector("logind")
{
    private const string Service = "org.freedesktop.login1";
    private const string ManagerPath = "/org/freedesktop/login1";
    private const string ManagerInterface = $"{Service}.Manager";
    private const string SessionInterface = $"{Service}.Session";

    // What logind may come to say that we do not know.
    private const string Other = "other";

    private static readonly string[] Remotes = ["true", "false"];
    private static readonly string[] Types = [Other, "unspecified", "tty", "x11", "wayland", "mir", "web"];
    private static readonly string[] Classes = [Other, "user", "greeter", "lock-screen", "background"];

    private readonly string? _address = options.SystemBusAddress ?? DBusAddress.System;

    public override void Collect(IMetricWriter writer)
    {
        if (_address is null)
        {
            NothingHere("there is no system bus");
            return;
        }
        var (seats, sessions) = SystemBus.Ask(_address, AskAsync);
        var counts = sessions.CountBy(session => session).ToDictionary();
        writer.Family("node_logind_sessions", MetricType.Gauge, "Number of sessions registered in logind.");
        foreach (var session in
            from remote in Remotes from type in Types from kind in Classes from seat in seats select new Session(seat, remote, type, kind))
        {
            writer.Sample(
                counts.GetValueOrDefault(session), "seat", session.Seat, "remote", session.Remote, "type", session.Type, "class", session.Class);
        }
    }

    private static async Task<(List<string> Seats, List<Session> Sessions)> AskAsync(SystemBus bus, CancellationToken cancellationToken)
    {
        var seats = await bus.CallAsync(Service, ManagerPath, ManagerInterface, "ListSeats", static (message, _) => ReadSeats(message)).WaitAsync(cancellationToken);
        // Sessions over the network sit at none.
        seats.Add("");
        var listed = await bus.CallAsync(Service, ManagerPath, ManagerInterface, "ListSessions", static (message, _) => ReadSessions(message))
            .WaitAsync(cancellationToken);
        var sessions = new List<Session>();
        foreach (var (seat, path) in listed)
        {
            var properties = Task.WhenAll(PropertyAsync(path, "Remote"), PropertyAsync(path, "Type"), PropertyAsync(path, "Class"));
            // One that has ended meanwhile knows none of them.
            if (await properties.WaitAsync(cancellationToken) is [{ } remote, { } type, { } kind])
            {
                sessions.Add(new Session(seat, remote.GetBool() ? "true" : "false", Known(type.GetString(), Types), Known(kind.GetString(), Classes)));
            }
        }
        return (seats, sessions);

        Task<VariantValue?> PropertyAsync(string path, string name) => bus.PropertyAsync(Service, path, SessionInterface, name);
    }

    private static string Known(string value, string[] known) => known.Contains(value) ? value : Other;

    /// <summary>An array of structures of a seat's name and path.</summary>
    private static List<string> ReadSeats(Message message)
    {
        var reader = message.GetBodyReader();
        var seats = new List<string>();
        var end = reader.ReadArrayStart(DBusType.Struct);
        while (reader.HasNext(end))
        {
            reader.AlignStruct();
            seats.Add(reader.ReadString());
            reader.ReadObjectPathAsString();
        }
        return seats;
    }

    /// <summary>An array of structures of a session's identifier, user's number, user's name, seat and path.</summary>
    private static List<(string Seat, string Path)> ReadSessions(Message message)
    {
        var reader = message.GetBodyReader();
        var sessions = new List<(string Seat, string Path)>();
        var end = reader.ReadArrayStart(DBusType.Struct);
        while (reader.HasNext(end))
        {
            reader.AlignStruct();
            reader.ReadString();
            reader.ReadUInt32();
            reader.ReadString();
            sessions.Add((reader.ReadString(), reader.ReadObjectPathAsString()));
        }
        return sessions;
    }

    private readonly record struct Session(string Seat, string Remote, string Type, string Class);
}
