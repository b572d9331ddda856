using Tmds.DBus.Protocol;

namespace Touchline.Collectors.Host.Systemd;

/// <summary>Asks systemd over D-Bus. Calls may be under way side by side.</summary>
internal sealed class SystemdBus : IDisposable
{
    private const string Service = "org.freedesktop.systemd1";
    private const string ManagerPath = "/org/freedesktop/systemd1";
    private const string ManagerInterface = "org.freedesktop.systemd1.Manager";

    private readonly DBusConnection _connection;

    private SystemdBus(DBusConnection connection) => _connection = connection;

    /// <exception cref="DBusConnectFailedException">There is no bus at the address, or it does not let us in.</exception>
    public static async Task<SystemdBus> ConnectAsync(string address)
    {
        var connection = new DBusConnection(address);
        try
        {
            await connection.ConnectAsync();
            return new SystemdBus(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public Task<List<SystemdUnit>> ListUnitsAsync() =>
        _connection.CallMethodAsync(Call(ManagerPath, ManagerInterface, "ListUnits"), static (message, _) => ReadUnits(message), null);

    /// <summary>A property of the manager, null where this version of systemd has none of the name.</summary>
    public Task<VariantValue?> ManagerPropertyAsync(string name) => PropertyAsync(ManagerPath, ManagerInterface, name);

    /// <summary>A property of a unit as one of a kind (<c>Service</c>, <c>Socket</c>, <c>Unit</c>), null where it has none of the name or is gone.</summary>
    public Task<VariantValue?> UnitPropertyAsync(SystemdUnit unit, string kind, string name) => PropertyAsync(unit.Path, $"{Service}.{kind}", name);

    /// <summary>Calls that are still under way fail.</summary>
    public void Dispose() => _connection.Dispose();

    private async Task<VariantValue?> PropertyAsync(string path, string kind, string name)
    {
        try
        {
            return await _connection.CallMethodAsync(PropertyCall(path, kind, name), static (message, _) => message.GetBodyReader().ReadVariantValue(), null);
        }
        catch (DBusErrorReplyException)
        {
            return null;
        }
    }

    private MessageBuffer Call(string path, string kind, string member)
    {
        using var writer = _connection.GetMessageWriter();
        writer.WriteMethodCallHeader(Service, path, kind, member);
        return writer.CreateMessage();
    }

    private MessageBuffer PropertyCall(string path, string kind, string name)
    {
        using var writer = _connection.GetMessageWriter();
        writer.WriteMethodCallHeader(Service, path, "org.freedesktop.DBus.Properties", "Get", "ss");
        writer.WriteString(kind);
        writer.WriteString(name);
        return writer.CreateMessage();
    }

    /// <summary>An array of structures of name, description, load, active and sub state, the unit followed, path, and number, type and path of a job.</summary>
    private static List<SystemdUnit> ReadUnits(Message message)
    {
        var reader = message.GetBodyReader();
        var units = new List<SystemdUnit>();
        var end = reader.ReadArrayStart(DBusType.Struct);
        while (reader.HasNext(end))
        {
            reader.AlignStruct();
            var name = reader.ReadString();
            reader.ReadString();
            var (load, active) = (reader.ReadString(), reader.ReadString());
            reader.ReadString();
            reader.ReadString();
            var path = reader.ReadObjectPathAsString();
            reader.ReadUInt32();
            reader.ReadString();
            reader.ReadObjectPathAsString();
            units.Add(new SystemdUnit(name, load, active, path));
        }
        return units;
    }
}
