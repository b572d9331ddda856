using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Touchline.Options;

namespace Touchline.Hosting;

/// <summary>Opens the addresses of a server.</summary>
internal static class ListenAddresses
{
    public static void Open(KestrelServerOptions kestrel, IReadOnlyList<ListenAddress> addresses, Action<ListenOptions> configure)
    {
        foreach (var address in addresses)
        {
            if (address.IsAny)
            {
                kestrel.ListenAnyIP(address.Port, configure);
            }
            else if (IPAddress.TryParse(address.Host, out var ip))
            {
                kestrel.Listen(ip, address.Port, configure);
            }
            else if (address.Host == "localhost" && address.Port != 0)
            {
                kestrel.ListenLocalhost(address.Port, configure);
            }
            else
            {
                kestrel.Listen(Dns.GetHostAddresses(address.Host)[0], address.Port, configure);
            }
        }
    }
}
