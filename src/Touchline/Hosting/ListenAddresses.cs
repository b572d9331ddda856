using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Touchline.Options;

namespace Touchline.Hosting;

/// <summary>Opens the addresses of a server.</summary>
internal static class ListenAddresses
{
    public static void Open(KestrelServerOptions kestrel, IReadOnlyList<ListenAddress> addresses, WebSecurity security)
    {
        foreach (var address in addresses)
        {
            if (address.IsAny)
            {
                kestrel.ListenAnyIP(address.Port, security.Secure);
            }
            else if (IPAddress.TryParse(address.Host, out var ip))
            {
                kestrel.Listen(ip, address.Port, security.Secure);
            }
            else if (address.Host == "localhost" && address.Port != 0)
            {
                kestrel.ListenLocalhost(address.Port, security.Secure);
            }
            else
            {
                kestrel.Listen(Dns.GetHostAddresses(address.Host)[0], address.Port, security.Secure);
            }
        }
    }
}
