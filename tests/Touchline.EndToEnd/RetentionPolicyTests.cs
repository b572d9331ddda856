using System.Globalization;
using System.Text.Json;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

public sealed class RetentionPolicyTests
{
    /// <summary>The background begins a minute after the start.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Policies_take_effect_once_they_are_right_and_answers_say_so()
    {
        using var folder = new TemporaryFolder();
        var data = StoredData.Write(Path.Combine(folder.Path, "data"));
        var policies = folder.Write("retention.yml", """
            retention_policies:
              - matchers: ['series="1"']
                keep_fro: 3h
              - matchers: []
                keep_for: 1m
            """);
        await using var touchline = await TouchlineProcess.StartAsync(
            folder.Path, "--storage.tsdb.path=" + data.Path, "--storage.tsdb.retention-policies.file=" + policies, "--collector.host=false", "--collector.containers=false", "--collector.self=false");
        await touchline.WaitForLogAsync($"Nothing is dropped for its age until the retention policies are right: {policies}:3:5:");
        await touchline.WaitForLogAsync("did you mean keep_for?");
        Assert.Contains("Switched off", await touchline.GetTextAsync("/status"), StringComparison.Ordinal);
        var (before, notes) = await CountAsync(touchline, data, "0");
        Assert.Equal((120, []), (before, notes));

        folder.Write("retention.yml", """
            retention_policies:
              - matchers: ['series="1"']
                keep_for: 3h
              - matchers: ['__name__=~"stor.*"']
                downsample: [{ after: 3h, resolution: 5m }]
            """);
        touchline.Signal(PosixProcess.HangUp);
        await Eventually.TrueAsync(async () => (await touchline.GetTextAsync("/status")).Contains("5m <span class=\"tl-muted\">after 3h", StringComparison.Ordinal), () => "the policies are not on the Status page", Patience);

        // The first block is older than three hours, the second is not: what is left of series 1 there is its one sample.
        await Eventually.TrueAsync(async () => (await CountAsync(touchline, data, "1")).Count == 1, () => "series 1 was not dropped:\n" + touchline.Log.Text, Patience);
        (before, notes) = await CountAsync(touchline, data, "0");
        Assert.Equal(120, before);
        var end = DateTimeOffset.FromUnixTimeMilliseconds(data.StartMs + 7_200_000).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Assert.Equal([$"data before {end} is kept as 5m aggregates"], notes);
        Assert.Equal(24 + 1, (await QueryAsync(touchline, data, "stored{series=\"0\"}[2h]")).GetProperty("data").GetProperty("result")[0].GetProperty("values").GetArrayLength());
    }

    [Fact]
    public async Task Check_names_what_is_wrong_with_a_policy()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("retention.yml", "retention_policies:\n  - matchers: ['job=\"a\"']\n    downsample: [{ after: 30d, resolution: 10m }]\n");

        var ended = await TouchlineProgram.RunAsync(folder.Path, "check", "config", file);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(ended.Output, line => line.StartsWith($"{file}:3:44: error: aggregates have a resolution of 5m or 1h", StringComparison.Ordinal));

        folder.Write("retention.yml", "retention_policies:\n  - matchers: ['job=\"a\"']\n    downsample: [{ after: 30d, resolution: 1h }]\n");
        ended = await TouchlineProgram.RunAsync(folder.Path, "check", "config", file);
        Assert.Equal((0, $"{file}: fine, 0 jobs, 1 retention policy"), (ended.ExitCode, Assert.Single(ended.Output)));
    }

    private static async Task<(int Count, string[] Notes)> CountAsync(TouchlineProcess touchline, StoredData data, string series)
    {
        var answer = await QueryAsync(touchline, data, $"count_over_time(stored{{series=\"{series}\"}}[2h])");
        var notes = answer.TryGetProperty("infos", out var infos) ? infos.EnumerateArray().Select(note => note.GetString()!).ToArray() : [];
        var value = answer.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString()!;
        return (int.Parse(value, CultureInfo.InvariantCulture), notes);
    }

    /// <summary>At the end of the first block.</summary>
    private static async Task<JsonElement> QueryAsync(TouchlineProcess touchline, StoredData data, string query) => JsonElement.Parse(
        await touchline.GetTextAsync($"/api/v1/query?time={(data.StartMs + 7_200_000) / 1000}&query={Uri.EscapeDataString(query)}"));
}
