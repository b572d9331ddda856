using Tmds.DBus.Protocol;

namespace Touchline.Collectors.Host.Systemd;

/// <summary>A unit as systemd lists it, with the path of its object on the bus.</summary>
internal sealed record SystemdUnit(string Name, string LoadState, string ActiveState, string Path)
{
    public bool IsService => Name.EndsWith(".service", StringComparison.Ordinal);

    public bool IsMount => Name.EndsWith(".mount", StringComparison.Ordinal);

    public bool IsSocket => Name.EndsWith(".socket", StringComparison.Ordinal);

    public bool IsTimer => Name.EndsWith(".timer", StringComparison.Ordinal);

    /// <summary>An array of structures of name, description, load, active and sub state, the unit followed, path, and number, type and path of a job.</summary>
    public static List<SystemdUnit> ReadAll(Message message)
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
