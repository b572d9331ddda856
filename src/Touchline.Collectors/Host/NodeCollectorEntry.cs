using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host;

/// <summary>A collector that can be switched on and off: its name and default are node_exporter's.</summary>
public sealed class NodeCollectorEntry
{
    private readonly Func<HostOptions, TimeProvider, NodeCollector> _create;

    internal NodeCollectorEntry(string name, bool isOnByDefault, Func<HostOptions, NodeCollector> create, params IReadOnlyList<NodeFlag> flags)
        : this(name, isOnByDefault, (options, _) => create(options), flags)
    {
    }

    internal NodeCollectorEntry(
        string name, bool isOnByDefault, Func<HostOptions, TimeProvider, NodeCollector> create, params IReadOnlyList<NodeFlag> flags)
    {
        (Name, IsOnByDefault, _create, Flags) = (name, isOnByDefault, create, flags);
    }

    public string Name { get; }

    public bool IsOnByDefault { get; }

    /// <summary>Its settings.</summary>
    public IReadOnlyList<NodeFlag> Flags { get; }

    internal NodeCollector Create(HostOptions options, TimeProvider time) => _create(options, time);
}
