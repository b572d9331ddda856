using System.Globalization;
using System.Text.Json;
using Touchline.Fetching;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>
/// Docker's engine, or one that speaks its API as Podman does, over its socket. The list says which containers there are; restarts and
/// exit codes take a question for each, so those are asked for that something happened to, and the others by turns.
/// </summary>
internal sealed class DockerEngine : IContainerEngine, IDisposable
{
    /// <summary>A list of a thousand containers with long labels has 3 MB.</summary>
    private const int MaxListBytes = 32 * 1024 * 1024;
    private const int MaxContainers = 5_000;

    /// <summary>Containers that are asked about in one round though nothing seems to have happened to them.</summary>
    private const int MaxIdleQuestions = 32;
    private const int MaxQuestions = 256;
    private const int MaxLogs = 16;

    /// <summary>Who is left when this is over is asked about at the next round: a list whose details come late is better than none.</summary>
    private static readonly TimeSpan MostForQuestions = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly EnvironmentChoice _environment;
    private readonly Dictionary<string, DockerDetails> _details = new(StringComparer.Ordinal);
    private DateTimeOffset? _eventsSince;
    private string _lastAsked = "";

    public DockerEngine(string socket, TimeProvider time, EnvironmentChoice environment)
    {
        (_time, _environment) = (time, environment);
        Socket = socket;
        _client = new HttpClient(UnixHttp.Handler(socket)) { BaseAddress = new Uri("http://localhost/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public string Name => Socket.Contains("podman", StringComparison.Ordinal) ? "podman" : "docker";

    public string Socket { get; }

    public string Version { get; private set; } = "";

    public async Task<IReadOnlyList<EngineContainer>> ListAsync(CancellationToken cancellationToken)
    {
        // What happens while we ask is told again the next time.
        var now = _time.GetUtcNow();
        if (Version.Length == 0)
        {
            using var version = await JsonAsync("version", cancellationToken);
            Version = version.RootElement.Text("Version");
        }
        using var list = await JsonAsync("containers/json?all=true", cancellationToken);
        if (list.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new EngineException("the list of containers is no list");
        }
        var listed = list.RootElement.EnumerateArray().Take(MaxContainers).Select(DockerJson.Listed).OfType<DockerListed>().ToList();
        foreach (var gone in _details.Keys.Except(listed.Select(container => container.Id)).ToList())
        {
            _details.Remove(gone);
        }
        await ReadEventsAsync(now, cancellationToken);
        await AskAsync(listed, cancellationToken);
        return [.. listed.Select(container => container.With(_details.GetValueOrDefault(container.Id)))];
    }

    public void Dispose() => _client.Dispose();

    /// <summary>What ended since the last time, with its exit code, which is not told any more once the container runs again.</summary>
    private async Task ReadEventsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = _eventsSince;
        _eventsSince = now;
        if (since is null)
        {
            return;
        }
        var filter = Uri.EscapeDataString("{\"type\":[\"container\"],\"event\":[\"die\",\"oom\",\"start\",\"rename\",\"health_status\"]}");
        try
        {
            var text = await TextAsync(
                $"events?stream=false&since={Seconds(since.Value)}&until={Seconds(now)}&filters={filter}", MaxListBytes, cancellationToken);
            foreach (var (id, what, exitCode) in DockerJson.Events(text))
            {
                if (_details.TryGetValue(id, out var details))
                {
                    details.IsStale = true;
                    details.ExitCodeOfEvent = exitCode ?? details.ExitCodeOfEvent;
                    details.WasOutOfMemory |= what == "oom";
                }
            }
        }
        catch (EngineException)
        {
            // An engine that keeps no events: the turns find out later.
        }
    }

    private async Task AskAsync(List<DockerListed> listed, CancellationToken cancellationToken)
    {
        var logs = 0;
        var started = _time.GetTimestamp();
        foreach (var container in Due(listed).TakeWhile(_ => _time.GetElapsedTime(started) < MostForQuestions))
        {
            if (!_details.TryGetValue(container.Id, out var details))
            {
                _details.Add(container.Id, details = new DockerDetails());
            }
            try
            {
                using var answer = await JsonAsync($"containers/{container.Id}/json", cancellationToken);
                details.Read(answer.RootElement, container.State, _environment);
                if (details.WantsLines && logs++ < MaxLogs)
                {
                    details.LastLines = LogTail.OfDocker(await TailAsync(container.Id, cancellationToken));
                    details.WantsLines = false;
                }
            }
            catch (EngineException)
            {
                // Removed between the list and the question, or its log is kept where the engine cannot read it.
                details.WantsLines = false;
            }
        }
    }

    /// <summary>First those that something happened to, then some of the others, going on where the last round ended.</summary>
    private List<DockerListed> Due(List<DockerListed> listed)
    {
        var due = listed.Where(container => !_details.TryGetValue(container.Id, out var known) || known.IsStale || known.ListedState != container.State).Take(MaxQuestions).ToList();
        var others = listed.Except(due).OrderBy(container => container.Id, StringComparer.Ordinal).ToList();
        var idle = others.Where(container => string.CompareOrdinal(container.Id, _lastAsked) > 0).Concat(others)
            .Distinct().Take(Math.Min(MaxIdleQuestions, MaxQuestions - due.Count)).ToList();
        _lastAsked = idle.Count > 0 ? idle[^1].Id : "";
        due.AddRange(idle);
        return due;
    }

    /// <summary>Fewer lines where they are too long together: the engine gives the oldest first, and the last ones say why it ended.</summary>
    private async Task<byte[]> TailAsync(string id, CancellationToken cancellationToken)
    {
        for (var lines = LogTail.MaxLines; ; lines /= 4)
        {
            using var response = await SendAsync(
                string.Create(CultureInfo.InvariantCulture, $"containers/{id}/logs?stdout=true&stderr=true&tail={lines}"), cancellationToken);
            try
            {
                return await EngineAnswer.ReadBoundedAsync(response.Content, LogTail.MaxBytes, cancellationToken);
            }
            catch (EngineException) when (lines >= 4)
            {
                // The next one asks for fewer.
            }
        }
    }

    private async Task<JsonDocument> JsonAsync(string path, CancellationToken cancellationToken)
    {
        var text = await TextAsync(path, MaxListBytes, cancellationToken);
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new EngineException($"the answer to /{path.Split('?')[0]} is no JSON", e);
        }
    }

    private async Task<byte[]> TextAsync(string path, int most, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(path, cancellationToken);
        return await EngineAnswer.ReadBoundedAsync(response.Content, most, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await _client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new EngineException((e.InnerException ?? e).Message, e);
        }
        if (!response.IsSuccessStatusCode)
        {
            var status = (int)response.StatusCode;
            response.Dispose();
            throw new EngineException(string.Create(CultureInfo.InvariantCulture, $"it answers /{path.Split('?')[0]} with status {status}"));
        }
        return response;
    }

    private static string Seconds(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.ToUnixTimeMilliseconds() / 1000}.{time.ToUnixTimeMilliseconds() % 1000:000}000000");
}
