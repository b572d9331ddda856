namespace Touchline.Collectors.Host.Systemd;

/// <summary>A unit as systemd lists it, with the path of its object on the bus.</summary>
internal sealed record SystemdUnit(string Name, string LoadState, string ActiveState, string Path)
{
    public bool IsService => Name.EndsWith(".service", StringComparison.Ordinal);

    public bool IsMount => Name.EndsWith(".mount", StringComparison.Ordinal);

    public bool IsSocket => Name.EndsWith(".socket", StringComparison.Ordinal);

    public bool IsTimer => Name.EndsWith(".timer", StringComparison.Ordinal);
}
