using System.Buffers;
using System.Text;
using Touchline.Collectors.Middleware.Redis;

namespace Touchline.Collectors.Tests.Middleware;

/// <summary>Texts of Redis that no server of the tests says.</summary>
public sealed class RedisTextTests
{
    [Fact]
    public void Modules_are_read_line_by_line()
    {
        const string Text = "# Modules\r\nmodule:name=search,ver=21005,api=1,filters=0,usedby=[ReJSON|x],using=[],options=[handle-io-errors]\r\nmodule:broken\r\n";

        var modules = RedisInfo.Modules(Text);

        Assert.Equal(("search", "21005", "[ReJSON|x]"), (modules[0]["name"], modules[0]["ver"], modules[0]["usedby"]));
        Assert.Empty(modules[1]);
    }

    [Fact]
    public void Clients_of_any_version_and_address_are_written()
    {
        const string Old = "id=3 addr=10.0.0.1:5000 fd=8 name= age=10 idle=4 flags=N db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=0 obl=0 oll=0 omem=7 events=r cmd=get";
        const string New = "id=4 addr=[::1]:6000 laddr=[::1]:6379 fd=9 name=job age=1 idle=0 flags=N db=2 sub=0 psub=0 ssub=0 multi=-1 watch=2 qbuf=0 tot-mem=9 user=default resp=3 lib-name=a=b";

        var lines = Write($"{Old}\r\n{New}\r\nnonsense\r\n", withPort: true);

        Assert.Contains("redis_connected_client_info{id=\"3\",name=\"\",flags=\"N\",db=\"0\",host=\"10.0.0.1\",port=\"5000\"} 1", lines);
        Assert.Contains("redis_connected_client_info{id=\"4\",name=\"job\",flags=\"N\",db=\"2\",host=\"[::1]\",port=\"6000\",user=\"default\",resp=\"3\"} 1", lines);
        Assert.Contains("redis_connected_client_created_at_timestamp{id=\"3\",name=\"\"} 990", lines);
        Assert.Contains("redis_connected_client_idle_since_timestamp{id=\"3\",name=\"\"} 996", lines);
        Assert.Contains("redis_connected_client_shard_channel_watched_keys{id=\"4\",name=\"job\"} 2", lines);
        Assert.Equal(2, lines.Count(line => line.StartsWith("redis_connected_client_info{", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_great_many_clients_are_cut_off()
    {
        var list = string.Join('\n', Enumerable.Range(1, RedisClients.MaxClients + 50).Select(i => $"id={i} addr=1.2.3.4:{i} name= age=1 idle=1"));

        var lines = Write(list, withPort: false);

        Assert.Equal(RedisClients.MaxClients, lines.Count(line => line.StartsWith("redis_connected_client_info{", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("port=", StringComparison.Ordinal));
    }

    private static string[] Write(string list, bool withPort)
    {
        var text = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(text, TextMetricFormat.Prometheus);
        RedisClients.Write(writer, list, withPort, now: 1_000);
        writer.Complete();
        return Encoding.UTF8.GetString(text.WrittenSpan).Split('\n');
    }
}
