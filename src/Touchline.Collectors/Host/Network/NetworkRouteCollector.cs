using System.Globalization;
using System.Runtime.InteropServices;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>The routing table, as rtnetlink(7) lists it.</summary>
internal sealed partial class NetworkRouteCollector() : NodeCollector("network_route")
{
    private const ushort GetRoutes = 26;
    private const int RequestBytes = 12;

    // A host on the Internet's core has a million routes; nobody wants a series for each.
    private const int MaxRoutes = 10_000;

    private readonly Netlink _netlink = new(Netlink.Route);
    private readonly List<string[]> _routes = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _byDevice = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _names = [];

    public override void Collect(IMetricWriter writer)
    {
        _routes.Clear();
        _seen.Clear();
        _byDevice.Clear();
        _names.Clear();
        Span<byte> request = stackalloc byte[RequestBytes];
        request.Clear();
        _netlink.Dump(GetRoutes, request, message => RouteMessage.Read(message, Add));
        writer.Family("node_network_route_info", MetricType.Gauge, "network routing table information");
        _routes.ForEach(labels => writer.Sample(1, labels));
        writer.Family("node_network_routes", MetricType.Gauge, "network routes by interface");
        foreach (var (device, count) in _byDevice)
        {
            writer.Sample(count, "device", device);
        }
    }

    private void Add(RouteHop hop)
    {
        var device = NameOf(hop.Interface);
        _byDevice[device] = _byDevice.GetValueOrDefault(device) + 1;
        string[] labels =
        [
            "device", device, "src", hop.Source, "dest", hop.Destination, "gw", hop.Gateway,
            "priority", hop.Priority.ToString(CultureInfo.InvariantCulture), "proto", hop.Protocol, "weight", hop.Weight,
        ];
        // The same route may stand in several tables.
        if (_routes.Count < MaxRoutes && _seen.Add(string.Join('\n', labels)))
        {
            _routes.Add(labels);
        }
    }

    private unsafe string NameOf(int index)
    {
        if (!_names.TryGetValue(index, out var name))
        {
            const int MaxNameBytes = 16;
            var text = stackalloc byte[MaxNameBytes];
            name = index > 0 && InterfaceName((uint)index, text) != 0 ? Marshal.PtrToStringUTF8((nint)text) ?? "" : "";
            _names.Add(index, name);
        }
        return name;
    }

    [LibraryImport("libc", EntryPoint = "if_indextoname")]
    private static unsafe partial nint InterfaceName(uint index, byte* name);
}
