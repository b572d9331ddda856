using System.Text;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Discovery;

/// <summary>A manager of a Docker swarm as far as discovery asks it.</summary>
internal static class FakeSwarm
{
    private static readonly Dictionary<string, string> Lists = new()
    {
        ["services"] = """
            [
              {"ID":"s1","Spec":{"Name":"web","Labels":{"com.docker.stack.namespace":"shop","a-b":"c","größe":"x","empty":""},
                 "TaskTemplate":{"ContainerSpec":{"Image":"web:1@sha256:x","Hostname":"web-host","Labels":{"of":"container"}}},"Mode":{"Replicated":{"Replicas":2}}},
               "Endpoint":{"Ports":[{"Name":"http","Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"},{"Protocol":"udp","TargetPort":53,"PublishedPort":53,"PublishMode":"ingress"},
                   {"Protocol":"tcp","TargetPort":9100,"PublishMode":"host"}],
                 "VirtualIPs":[{"NetworkID":"n1","Addr":"10.0.0.2/24"},{"NetworkID":"n2","Addr":"fd00::2/64"}]},
               "UpdateStatus":{"State":"completed","Message":"done"}},
              {"ID":"s2","Spec":{"Name":"agent","Labels":{},"TaskTemplate":{"ContainerSpec":{"Image":"agent"}},"Mode":{"Global":{}}},
               "Endpoint":{"VirtualIPs":[{"NetworkID":"gone","Addr":"10.0.1.2/24"}]}},
              {"ID":"s3","Spec":{"Name":"dns","TaskTemplate":{"ContainerSpec":{"Image":"dns"}},"Mode":{"ReplicatedJob":{}}},
               "Endpoint":{"Ports":[{"Protocol":"udp","PublishedPort":53,"PublishMode":"ingress"}],"VirtualIPs":[{"NetworkID":"n1","Addr":"10.0.0.9/24"}]}},
              {"ID":"s4","Spec":{"Name":"no-address","TaskTemplate":{"ContainerSpec":{"Image":"x"}},"Mode":{"Replicated":{}}},"Endpoint":{}}
            ]
            """,
        ["tasks"] = """
            [
              {"ID":"t1","ServiceID":"s1","NodeID":"w1","Slot":1,"DesiredState":"running","Spec":{"ContainerSpec":{"Image":"web","Labels":{"of.the":"task","x":"y"}}},
               "Status":{"State":"running","ContainerStatus":{"ContainerID":"c1","PID":5},"PortStatus":{"Ports":[{"Protocol":"tcp","TargetPort":9100,"PublishedPort":32768,"PublishMode":"host"},{"Protocol":"udp","PublishedPort":32769,"PublishMode":"host"}]}},
               "NetworksAttachments":[{"Network":{"ID":"n1","Spec":{"Name":"front"}},"Addresses":["10.0.0.3/24","10.0.0.4/24"]},{"Network":{"ID":"n2"},"Addresses":["fd00::3/64"]}]},
              {"ID":"t2","ServiceID":"s2","NodeID":"w2","DesiredState":"shutdown","Spec":{"ContainerSpec":{"Image":"agent"}},"Status":{"State":"failed","PortStatus":{}},
               "NetworksAttachments":[{"Network":{"ID":"gone"},"Addresses":["10.0.1.3/24"]}]},
              {"ID":"t3","ServiceID":"gone","NodeID":"gone","Slot":3,"DesiredState":"running","Spec":{},"Status":{"State":"pending","PortStatus":{"Ports":[{"Protocol":"tcp","PublishedPort":1,"PublishMode":"host"}]}},
               "NetworksAttachments":[{"Network":{"ID":"n1"},"Addresses":[]}]},
              {"ID":"t4","ServiceID":"s3","NodeID":"m1","DesiredState":"complete","Spec":{},"Status":{"State":"complete"},"NetworksAttachments":[{"Network":{"ID":"n1"},"Addresses":["10.0.0.8/24"]}]},
              {"ID":"t5","ServiceID":"s1","NodeID":"w1","DesiredState":"running","Spec":{},"Status":{"State":"new"}}
            ]
            """,
        ["nodes"] = """
            [
              {"ID":"m1","Spec":{"Labels":{"rack":"a.1","größe":"x"},"Role":"manager","Availability":"drain"},
               "Description":{"Hostname":"manager","Platform":{"Architecture":"x86_64","OS":"linux"},"Engine":{"EngineVersion":"28.0.1"}},
               "Status":{"State":"ready","Addr":"192.168.0.1"},"ManagerStatus":{"Leader":true,"Reachability":"reachable","Addr":"192.168.0.1:2377"}},
              {"ID":"m2","Spec":{"Role":"manager","Availability":"active"},"Description":{"Hostname":"second","Platform":{},"Engine":{}},
               "Status":{"State":"down","Addr":"0.0.0.0"},"ManagerStatus":{"Reachability":"unreachable","Addr":"192.168.0.2:2377"}},
              {"ID":"w1","Spec":{"Labels":{},"Role":"worker","Availability":"active"},"Description":{"Hostname":"worker","Platform":{"Architecture":"aarch64","OS":"linux"},"Engine":{"EngineVersion":"27"}},
               "Status":{"State":"ready","Addr":"fd00::10"}},
              {"ID":"w2","Spec":{"Role":"worker","Availability":"active"},"Description":{},"Status":{"State":"unknown"}}
            ]
            """,
        ["networks"] = """
            [
              {"Id":"n1","Name":"front","Scope":"swarm","Internal":false,"Ingress":false,"Labels":{"com.docker.stack.namespace":"shop"}},
              {"Id":"n2","Name":"ingress","Scope":"swarm","Internal":true,"Ingress":true,"Labels":null}
            ]
            """,
    };

    /// <summary>Makes a server answer as the manager; what filters it is asked with is noted.</summary>
    public static void Serve(FakeTarget server, ICollection<string> filters) => server.Answer = (head, stream, token) =>
    {
        var path = head.Split(' ')[1].Split('?');
        var list = path[0].Split('/')[^1];
        if (path.Length > 1 && path[1].Split("filters=") is [_, var filter])
        {
            lock (filters)
            {
                filters.Add($"{list} {Uri.UnescapeDataString(filter)}");
            }
        }
        var bytes = head.StartsWith("HEAD", StringComparison.Ordinal) ? [] : Encoding.UTF8.GetBytes(Lists.GetValueOrDefault(list, "OK"));
        return FakeTarget.WriteAsync(stream, FakeTarget.Response(bytes, "application/json", "Api-Version: 1.44\r\nOstype: linux\r\n", "200 OK"), token);
    };
}
