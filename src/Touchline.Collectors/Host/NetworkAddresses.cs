using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>The addresses of this host's interfaces.</summary>
internal static class NetworkAddresses
{
    public static void Write(IMetricWriter writer)
    {
        writer.Family("node_network_address_info", MetricType.Gauge, "node network address by device");
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (var unicast in network.GetIPProperties().UnicastAddresses)
            {
                // The zone (%eth0) says the interface again.
                var address = new IPAddress(unicast.Address.GetAddressBytes());
                writer.Sample(
                    1, "device", network.Name, "address", address.ToString(), "netmask", unicast.PrefixLength.ToString(CultureInfo.InvariantCulture),
                    "scope", ScopeOf(address));
            }
        }
    }

    private static string ScopeOf(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        var isLocal = address.AddressFamily == AddressFamily.InterNetwork ? bytes[0] == 169 && bytes[1] == 254 : address.IsIPv6LinkLocal;
        return isLocal || IPAddress.IsLoopback(address) ? "link-local" : "global";
    }
}
