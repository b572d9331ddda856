using System.Text;
using System.Text.Json;

namespace Touchline.Cli.Query;

/// <summary>An endpoint of the API with its parameters; those that are null are left out, and a list is repeated.</summary>
internal sealed class Question(string endpoint)
{
    private readonly List<(string Name, object? Value)> _parameters = [];

    public string Endpoint => endpoint;

    public object? this[string name]
    {
        set => _parameters.Add((name, value));
    }

    /// <summary>Times that only this side understands are told in seconds.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parameters(long nowMs) => _parameters.SelectMany(p => p.Value switch
    {
        string text => [KeyValuePair.Create(p.Name, text.StartsWith("now", StringComparison.Ordinal) && p.Name is "time" or "start" or "end"
            && TimeText.ToMilliseconds(text, nowMs) is { } ms ? TimeText.Seconds(ms) : text)],
        string[] texts => texts.Select(text => KeyValuePair.Create(p.Name, text)),
        _ => Enumerable.Empty<KeyValuePair<string, string>>(),
    });
}

/// <summary>What the server said.</summary>
internal sealed class Answer(JsonDocument document, string text, bool isError) : IDisposable
{
    public string Text => text;

    public bool IsError => isError;

    public JsonElement? Data => document.RootElement.TryGetProperty("data", out var data) ? data : null;

    /// <summary>Whether it is the answer to a query.</summary>
    public bool HasResult => Data is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("result", out _);

    public void Dispose() => document.Dispose();
}

/// <summary>Asks a server. What it warns of and why it cannot answer goes to the error stream.</summary>
internal sealed class ApiClient(string server, TextWriter error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Null where there is no answer, which has been told.</summary>
    public async Task<Answer?> AskAsync(Question question, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new HttpClient { Timeout = Patience };
            var parameters = question.Parameters(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).ToList();
            var url = $"{server.TrimEnd('/')}/api/v1/{question.Endpoint}";
            // In a form, as a query may be longer than an address; the values of a label can only be asked for in one.
            using var response = question.Endpoint.StartsWith("label/", StringComparison.Ordinal)
                ? await client.GetAsync(new Uri(url + "?" + await new FormUrlEncodedContent(parameters).ReadAsStringAsync(cancellationToken)), cancellationToken)
                : await client.PostAsync(new Uri(url), new FormUrlEncodedContent(parameters), cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 100_000 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException();
            }
            TellNotes(document.RootElement, response.IsSuccessStatusCode, (int)response.StatusCode);
            return new Answer(document, Encoding.UTF8.GetString(body), !response.IsSuccessStatusCode);
        }
        catch (HttpRequestException e)
        {
            error.WriteLine($"touchline: cannot ask {server}: {e.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error.WriteLine($"touchline: {server} did not answer within {Patience.TotalMinutes:0} minutes");
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("touchline: interrupted");
        }
        catch (JsonException)
        {
            error.WriteLine($"touchline: {server} did not answer in JSON; is it a server that speaks Prometheus's API?");
        }
        return null;
    }

    private void TellNotes(JsonElement root, bool succeeded, int status)
    {
        foreach (var level in (ReadOnlySpan<string>)["warnings", "infos"])
        {
            if (root.TryGetProperty(level, out var notes))
            {
                foreach (var note in notes.EnumerateArray())
                {
                    error.WriteLine($"touchline: {note.GetString()}");
                }
            }
        }
        if (!succeeded)
        {
            var message = root.TryGetProperty("error", out var text) ? text.GetString() : null;
            error.WriteLine($"touchline: {message ?? $"the server answered {status}"}");
        }
    }
}
