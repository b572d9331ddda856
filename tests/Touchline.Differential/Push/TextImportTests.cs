using System.Globalization;
using System.Text;
using System.Text.Json;
using Touchline.Differential.Api;

namespace Touchline.Differential.Push;

/// <summary>The same text to VictoriaMetrics and to Touchline: the same series with the same samples.</summary>
public sealed class TextImportTests
{
    /// <summary>Late enough to be taken: without an out-of-order window, older samples than those of the last hour are not.</summary>
    private static readonly long TimeMs = DateTimeOffset.UtcNow.ToUnixTimeSeconds() * 1000 - 5_877;

    /// <summary>Lines that both take, and lines that both skip.</summary>
    private static string[] Lines =>
    [
        "# HELP m_help some help", "# TYPE m_help counter", "m_help 1", "m{a=\"b\"} 1", string.Create(CultureInfo.InvariantCulture, $"m{{a=\"t\"}} 2 {TimeMs + 1}"), "m{a=\"comma\",} 3", "m {a=\"blank\"} 4", "m{a = \"blanks\"} 5",
        "m{a=\"exponent\"} 1.5e3", "m{a=\"inf\"} -Inf", "m{a=\"\"} 9", "m{a=\"escaped \\\"quote\\\" \\\\ and \\n\"} 10", "m{a=\"é\"} 11", "  m{a=\"indented\"}   12  ", "m{a=\"cr\"} 13\r",
        "m{extra=\"own\",b=\"d\"} 14", "m{job=\"own\",b=\"c\"} 15", "m_open{a=\"b} 1", "m_text one", "m_time 1 abc", "m_empty{a=\"q\"} ", "m_nothing", "",
    ];

    [Fact]
    public async Task The_same_text_becomes_the_same_samples()
    {
        await using var victoria = await PeerServer.StartVictoriaMetricsAsync();
        await using var touchline = await ServerProcess.StartTouchlineAsync("{}", "--web.enable-push-receiver");
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/v1/import/prometheus?extra_label=extra=all&extra_label=job=j&timestamp={TimeMs}");
        Assert.Equal(204, await PostAsync(victoria.Client, path));
        Assert.Equal(200, await PostAsync(touchline.Client, path));
        var group = string.Create(CultureInfo.InvariantCulture, $"/api/v1/import/prometheus/metrics/job/g/zone/z?timestamp={TimeMs}");
        Assert.True(await PostAsync(victoria.Client, group) is 200 or 204);
        Assert.Equal(200, await PostAsync(touchline.Client, group));
        var theirs = "";
        for (var attempt = 0; !theirs.Contains("zone", StringComparison.Ordinal); attempt++)
        {
            Assert.True(attempt < 100, "VictoriaMetrics does not show what it took");
            await Task.Delay(100);
            using var flushed = await victoria.Client.GetAsync(new Uri("/internal/force_flush", UriKind.Relative));
            theirs = await SamplesAsync(victoria.Client);
        }
        Assert.Equal(theirs, await SamplesAsync(touchline.Client));
        Assert.Contains("escaped", theirs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/import/prometheus?extra_label=job")]
    [InlineData("/api/v1/import/prometheus?timestamp=abc")]
    public async Task Parameters_that_are_none_are_refused(string path)
    {
        await using var victoria = await PeerServer.StartVictoriaMetricsAsync();
        await using var touchline = await ServerProcess.StartTouchlineAsync("{}", "--web.enable-push-receiver");
        Assert.Equal((400, 400), (await PostAsync(victoria.Client, path), await PostAsync(touchline.Client, path)));
    }

    private static async Task<int> PostAsync(HttpClient client, string path)
    {
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(string.Join('\n', Lines), Encoding.UTF8, "text/plain"));
        return (int)response.StatusCode;
    }

    private static async Task<string> SamplesAsync(HttpClient client)
    {
        var text = await client.GetStringAsync(new Uri("/api/v1/query?query=" + Uri.EscapeDataString("{__name__=~\"m|m_.+\"}[1m]") + string.Create(CultureInfo.InvariantCulture, $"&time={(TimeMs / 1000) + 2}"), UriKind.Relative));
        using var answer = JsonDocument.Parse(text);
        var series = new List<string>();
        foreach (var one in answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var labels = one.GetProperty("metric").EnumerateObject().Select(p => $"{p.Name}={p.Value.GetString()}").Order(StringComparer.Ordinal);
            var values = one.GetProperty("values").EnumerateArray().Select(v =>
                string.Create(CultureInfo.InvariantCulture, $"{v[0].GetDouble():F3}:{v[1].GetString()!.Replace("+Inf", "Inf", StringComparison.Ordinal)}"));
            series.Add($"{string.Join(',', labels)} {string.Join(' ', values)}");
        }
        return string.Join("\n", series.Order(StringComparer.Ordinal));
    }
}
