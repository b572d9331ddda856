using System.Text;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Discovery;

/// <summary>A Docker daemon as far as discovery asks it: containers in every kind of network, with and without ports.</summary>
internal static class FakeDocker
{
    private const string Containers = """
        [
          {"Id":"c1","Names":["/web"],"Image":"web","Labels":{"com.docker.compose.service":"web","a-b":"c","größe":"x","empty":""},"State":"running",
           "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":53,"Type":"udp"},{"PrivatePort":9100,"Type":"tcp"}],
           "HostConfig":{"NetworkMode":"front"},"NetworkSettings":{"Networks":{
             "front":{"NetworkID":"n1","IPAddress":"172.20.0.2"},"back":{"NetworkID":"n2","IPAddress":"172.21.0.2"}}}},
          {"Id":"c2","Names":["/no-ports"],"Labels":{},"Ports":[],"HostConfig":{"NetworkMode":"bridge"},
           "NetworkSettings":{"Networks":{"bridge":{"NetworkID":"n3","IPAddress":"172.17.0.5"}}}},
          {"Id":"c3","Names":["/udp"],"Labels":null,"Ports":[{"PrivatePort":53,"Type":"udp"}],"HostConfig":{"NetworkMode":"bridge"},
           "NetworkSettings":{"Networks":{"bridge":{"NetworkID":"n3","IPAddress":"172.17.0.6"}}}},
          {"Id":"c4","Names":["/of-host"],"Labels":{"x":"y"},"Ports":[],"HostConfig":{"NetworkMode":"host"},
           "NetworkSettings":{"Networks":{"host":{"NetworkID":"n4","IPAddress":""}}}},
          {"Id":"c5","Names":["/beside"],"Labels":{},"Ports":[{"PrivatePort":9200,"Type":"tcp"}],"HostConfig":{"NetworkMode":"container:c1"},"NetworkSettings":{"Networks":{}}},
          {"Id":"c6","Names":["/beside-beside"],"Labels":{},"Ports":[],"HostConfig":{"NetworkMode":"container:c5"},"NetworkSettings":{"Networks":{}}},
          {"Id":"c7","Names":["/beside-none"],"Labels":{},"Ports":[],"HostConfig":{"NetworkMode":"container:gone"},"NetworkSettings":{"Networks":{}}},
          {"Id":"c8","Names":["/six"],"Labels":{},"Ports":[{"PrivatePort":1,"Type":"tcp"}],"HostConfig":{"NetworkMode":"unknown"},
           "NetworkSettings":{"Networks":{"unknown":{"NetworkID":"gone","IPAddress":"fd00::2"}}}},
          {"Id":"c9","Names":[],"Labels":{},"Ports":[],"HostConfig":{"NetworkMode":"bridge"},"NetworkSettings":{"Networks":{"bridge":{"NetworkID":"n3","IPAddress":"172.17.0.9"}}}}
        ]
        """;

    private const string Networks = """
        [
          {"Id":"n1","Name":"front","Scope":"local","Driver":"bridge","Internal":false,"Ingress":false,"Labels":{"com.docker.compose.network":"front"}},
          {"Id":"n2","Name":"back","Scope":"swarm","Internal":true,"Ingress":true,"Labels":{}},
          {"Id":"n3","Name":"bridge","Scope":"local","Internal":false,"Ingress":false,"Labels":null},
          {"Id":"n4","Name":"host","Scope":"local","Internal":false,"Ingress":false,"Labels":{}}
        ]
        """;

    /// <summary>Makes a server answer as the daemon; what filters it is asked with is noted.</summary>
    public static void Serve(FakeTarget server, ICollection<string> filters) => server.Answer = (head, stream, token) =>
    {
        var path = head.Split(' ')[1];
        var body = "OK";
        if (path.Contains("/containers/json", StringComparison.Ordinal))
        {
            body = Containers;
            if (path.Split("filters=") is [_, var filter])
            {
                lock (filters)
                {
                    filters.Add(Uri.UnescapeDataString(filter));
                }
            }
        }
        else if (path.Contains("/networks", StringComparison.Ordinal))
        {
            body = Networks;
        }
        var bytes = head.StartsWith("HEAD", StringComparison.Ordinal) ? [] : Encoding.UTF8.GetBytes(body);
        return FakeTarget.WriteAsync(stream, FakeTarget.Response(bytes, "application/json", "Api-Version: 1.44\r\nOstype: linux\r\n", "200 OK"), token);
    };
}
