using System.Text;
using System.Text.Json;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Discovery;

/// <summary>An API server as far as discovery asks it: lists, and watches that tell of one more object and then stay silent.</summary>
internal static class FakeKubernetes
{
    private static readonly Dictionary<string, (string Kind, string Version, string Items)> Lists = new()
    {
        ["nodes"] = ("Node", "v1", """
            {"metadata":{"name":"n1","labels":{"kubernetes.io/hostname":"n1","zone":"a"},"annotations":{"a/b":"c"}},"spec":{"providerID":"kind://n1"},
             "status":{"addresses":[{"type":"Hostname","address":"n1"},{"type":"InternalIP","address":"10.0.0.1"},{"type":"InternalIP","address":"fd00::1"}],
               "daemonEndpoints":{"kubeletEndpoint":{"Port":10250}},"images":[{"names":["x"],"sizeBytes":5}]}},
            {"metadata":{"name":"n2","labels":{"zone":"b"}},"spec":{},"status":{"addresses":[{"type":"ExternalIP","address":"1.2.3.4"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":10251}}}},
            {"metadata":{"name":"n3"},"spec":{},"status":{"addresses":[],"daemonEndpoints":{"kubeletEndpoint":{"Port":10252}}}}
            """),
        ["pods"] = ("Pod", "v1", """
            {"metadata":{"name":"web-1","namespace":"shop","uid":"u1","labels":{"app":"web","app.kubernetes.io/name":"web"},"annotations":{"prometheus.io/scrape":"true","env":"prod"},
               "ownerReferences":[{"apiVersion":"apps/v1","kind":"Other","name":"x","uid":"1"},{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"2","controller":true}],
               "managedFields":[{"manager":"m","operation":"Update"}]},
             "spec":{"nodeName":"n1","containers":[
                 {"name":"app","image":"web:1","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"},{"containerPort":9090,"protocol":"TCP"},{"name":"dns","containerPort":53,"protocol":"UDP"}],"env":[{"name":"A","value":"B"}]},
                 {"name":"side","image":"side:2"}],
               "initContainers":[{"name":"init","image":"init:3","ports":[{"name":"i","containerPort":7000,"protocol":"TCP"}]}]},
             "status":{"phase":"Running","podIP":"10.1.0.5","hostIP":"10.0.0.1","conditions":[{"type":"Initialized","status":"True"},{"type":"Ready","status":"True"}],
               "containerStatuses":[{"name":"app","containerID":"containerd://aaa"},{"name":"side","containerID":"containerd://bbb"}],"initContainerStatuses":[{"name":"init","containerID":"containerd://ccc"}]}},
            {"metadata":{"name":"web-2","namespace":"shop","uid":"u2"},"spec":{"nodeName":"n2","containers":[{"name":"app","image":"web:1","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}]}]},
             "status":{"phase":"Pending","podIP":"fd00::5","conditions":[{"type":"Ready","status":"False"}]}},
            {"metadata":{"name":"new","namespace":"shop","uid":"u3"},"spec":{"containers":[{"name":"app","image":"web:1"}]},"status":{"phase":"Pending"}},
            {"metadata":{"name":"db-0","namespace":"data","uid":"u4"},"spec":{"nodeName":"gone","containers":[{"name":"db","image":"db"}]},"status":{"phase":"Running","podIP":"10.1.0.9","hostIP":"10.0.0.9"}}
            """),
        ["services"] = ("Service", "v1", """
            {"metadata":{"name":"web","namespace":"shop","labels":{"app":"web"},"annotations":{"note":"hello"}},"spec":{"type":"ClusterIP","clusterIP":"10.96.0.1","ports":[{"name":"http","port":80,"protocol":"TCP","targetPort":8080},{"port":443,"protocol":"TCP"}]}},
            {"metadata":{"name":"out","namespace":"shop"},"spec":{"type":"ExternalName","externalName":"example.org","ports":[{"port":1234,"protocol":"UDP"}]}},
            {"metadata":{"name":"lb","namespace":"data"},"spec":{"type":"LoadBalancer","clusterIP":"10.96.0.3","loadBalancerIP":"5.6.7.8","ports":[{"name":"p","port":5,"protocol":"TCP"}]}},
            {"metadata":{"name":"headless","namespace":"data"},"spec":{"type":"ClusterIP","clusterIP":"None"}}
            """),
        ["endpoints"] = ("Endpoints", "v1", """
            {"metadata":{"name":"web","namespace":"shop","labels":{"app":"web"},"annotations":{"endpoints.kubernetes.io/last-change-trigger-time":"now"}},"subsets":[
              {"addresses":[{"ip":"10.1.0.5","nodeName":"n1","hostname":"web-1","targetRef":{"kind":"Pod","name":"web-1","namespace":"shop"}}],
               "notReadyAddresses":[{"ip":"fd00::5","nodeName":"n2","targetRef":{"kind":"Pod","name":"web-2","namespace":"shop"}}],
               "ports":[{"name":"http","port":8080,"protocol":"TCP"},{"name":"init","port":7000,"protocol":"TCP"}]}]},
            {"metadata":{"name":"kubelet","namespace":"data"},"subsets":[{"addresses":[{"ip":"10.0.0.1","targetRef":{"kind":"Node","name":"n1"}},{"ip":"9.9.9.9"}],"ports":[{"port":10250,"protocol":"TCP"}]}]},
            {"metadata":{"name":"empty","namespace":"data"}}
            """),
        ["endpointslices"] = ("EndpointSlice", "discovery.k8s.io/v1", """
            {"metadata":{"name":"web-abc","namespace":"shop","labels":{"kubernetes.io/service-name":"web","a":"b"}},"addressType":"IPv4",
             "ports":[{"name":"http","port":8080,"protocol":"TCP","appProtocol":"http"},{"name":"any"}],
             "endpoints":[{"addresses":["10.1.0.5","10.1.0.6"],"conditions":{"ready":true,"serving":true,"terminating":false},"hostname":"h","nodeName":"n1","zone":"z1","targetRef":{"kind":"Pod","name":"web-1","namespace":"shop"},"deprecatedTopology":{"topology.kubernetes.io/rack":"r"}},
               {"addresses":["9.9.9.9"],"conditions":{},"targetRef":{"kind":"Node","name":"n2"}}]},
            {"metadata":{"name":"loose","namespace":"data"},"addressType":"IPv6","ports":[{"port":1}],"endpoints":[{"addresses":["fd00::9"]}]}
            """),
        ["ingresses"] = ("Ingress", "networking.k8s.io/v1", """
            {"metadata":{"name":"front","namespace":"shop","labels":{"x":"y"},"annotations":{"a":"b"}},"spec":{"ingressClassName":"nginx","tls":[{"hosts":["secure.example","*.wild.example"]}],"rules":[
              {"host":"secure.example","http":{"paths":[{"path":"/a","pathType":"Prefix"},{"path":"","pathType":"Prefix"}]}},
              {"host":"plain.example"},
              {"host":"one.wild.example","http":{"paths":[{"path":"/w"}]}},
              {"host":"two.one.wild.example","http":{"paths":[{"path":"/w"}]}},
              {"http":{"paths":[{"path":"/none"}]}}]}}
            """),
    };

    /// <summary>Comes by a watch.</summary>
    private const string LateNode = """
        {"metadata":{"name":"late","resourceVersion":"12"},"spec":{},"status":{"addresses":[{"type":"Hostname","address":"late"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":1}}}}
        """;

    /// <summary>Makes a server answer as the API server; the selectors that it is asked with are noted.</summary>
    public static void Serve(FakeTarget server, ICollection<string> selectors) => server.Answer = async (head, stream, token) =>
    {
        var url = new Uri("http://api" + head.Split(' ')[1]);
        var kind = url.AbsolutePath.Split('/')[^1];
        var query = Uri.UnescapeDataString(url.Query).TrimStart('?').Split('&');
        if (!Lists.TryGetValue(kind, out var list))
        {
            return await FakeTarget.WriteAsync(stream, FakeTarget.Response("{}"u8.ToArray(), "application/json", "", "404 Not Found"), token);
        }
        lock (selectors)
        {
            foreach (var selector in query.Where(part => part.Contains("Selector", StringComparison.Ordinal)))
            {
                selectors.Add($"{url.AbsolutePath} {selector}");
            }
        }
        if (query.Contains("sendInitialEvents=true"))
        {
            // A server that does not stream lists says this, and is then asked for the list.
            var refusal = """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422}"""u8.ToArray();
            return await FakeTarget.WriteAsync(stream, FakeTarget.Response(refusal, "application/json", "", "422 Unprocessable Entity"), token);
        }
        if (query.Contains("watch=true") || query.Contains("watch=1"))
        {
            await WatchAsync(list, stream, token);
            return false;
        }
        var items = ItemsOf(list, url.AbsolutePath);
        var body = $$$"""{"kind":"{{{list.Kind}}}List","apiVersion":"{{{list.Version}}}","metadata":{"resourceVersion":"10"},"items":[{{{string.Join(',', items)}}}]}""";
        return await FakeTarget.WriteAsync(stream, FakeTarget.Response(Encoding.UTF8.GetBytes(body), "application/json", "", "200 OK"), token);
    };

    private static IEnumerable<string> ItemsOf((string Kind, string Version, string Items) list, string path)
    {
        using var document = JsonDocument.Parse($"[{list.Items}]");
        var wanted = path.Split("/namespaces/") is [_, var rest] ? rest.Split('/')[0] : null;
        return
        [
            .. document.RootElement.EnumerateArray()
                .Where(item => wanted is null || item.GetProperty("metadata").GetProperty("namespace").GetString() == wanted)
                .Select(item => $$$"""{"kind":"{{{list.Kind}}}","apiVersion":"{{{list.Version}}}",{{{item.GetRawText().TrimStart()[1..]}}}"""),
        ];
    }

    private static async Task WatchAsync((string Kind, string Version, string Items) list, Stream stream, CancellationToken token)
    {
        var events = list.Kind == "Node"
            ? """{"type":"ADDED","object":{"kind":"Node","apiVersion":"v1",""" + LateNode.Trim()[1..] + "}\n"
            : $$$"""{"type":"BOOKMARK","object":{"kind":"{{{list.Kind}}}","apiVersion":"{{{list.Version}}}","metadata":{"resourceVersion":"11"} } }""" + "\n";
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), token);
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{events.Length:x}\r\n{events}\r\n"), token);
        await stream.FlushAsync(token);
        await Task.Delay(Timeout.Infinite, token);
    }
}
