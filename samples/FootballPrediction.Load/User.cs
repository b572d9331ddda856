using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace FootballPrediction.Load;

/// <summary>
/// One user: looks at the fixtures, asks for predictions of them, comes back to see how they turned out, and mistypes now
/// and then.
/// </summary>
internal sealed class User(string id, HttpClient client)
{
    private const int RememberedPredictions = 5;
    private const int KnownFixtures = 20;

    private static readonly string[] Models = ["elo", "dixon_coles", "dixon_coles"];

    private readonly ConcurrentQueue<string> _predictions = new();
    private volatile IReadOnlyList<Fixture> _fixtures = [];

    /// <returns>The status of the answer.</returns>
    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    public Task<int> ActAsync(Random random, CancellationToken cancellationToken)
    {
        double dice = random.NextDouble();
        IReadOnlyList<Fixture> fixtures = _fixtures;
        if (fixtures.Count == 0 || dice < 0.2)
        {
            return LookAtFixturesAsync(cancellationToken);
        }

        Fixture fixture = fixtures[random.Next(fixtures.Count)];
        string model = Models[random.Next(Models.Length)];
        return dice switch
        {
            < 0.60 => AskAsync(fixture.Home, fixture.Away, model, cancellationToken),
            < 0.62 => AskAsync(Mistype(fixture.Home, random), fixture.Away, model, cancellationToken),
            < 0.78 when _predictions.TryPeek(out string? prediction) => GetAsync($"/predictions/{prediction}", cancellationToken),
            < 0.79 => GetAsync("/predictions/lost", cancellationToken),
            < 0.87 => GetAsync($"/matches?status=played&team={Uri.EscapeDataString(fixture.Home)}", cancellationToken),
            < 0.92 => GetAsync("/teams", cancellationToken),
            < 0.95 => GetAsync("/models", cancellationToken),
            _ => GetAsync($"/models/{model}/evaluation", cancellationToken),
        };
    }

    private static string Mistype(string name, Random random) => name.Length < 3 ? name + "x" : name.Remove(random.Next(1, name.Length - 1), 1);

    private async Task<int> LookAtFixturesAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Get, $"/matches?status=scheduled&pageSize={KnownFixtures}", null, cancellationToken);
        if (await ReadAsync(response, cancellationToken) is { } body && body.TryGetProperty("items", out JsonElement items)
            && items.ValueKind == JsonValueKind.Array)
        {
            _fixtures =
            [
                .. items.EnumerateArray().Select(item => new Fixture(
                    item.GetProperty("home").GetString() ?? "", item.GetProperty("away").GetString() ?? "")),
            ];
        }

        return (int)response.StatusCode;
    }

    private async Task<int> AskAsync(string home, string away, string model, CancellationToken cancellationToken)
    {
        using JsonContent question = JsonContent.Create(new { home, away, model });
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "/predictions", question, cancellationToken);
        if (await ReadAsync(response, cancellationToken) is { } body && body.TryGetProperty("id", out JsonElement prediction))
        {
            _predictions.Enqueue(prediction.GetString() ?? "");
            if (_predictions.Count > RememberedPredictions)
            {
                _predictions.TryDequeue(out _);
            }
        }

        return (int)response.StatusCode;
    }

    private async Task<int> GetAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return (int)response.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path) { Content = body };
        request.Headers.Add("X-User-Id", id);
        return await client.SendAsync(request, cancellationToken);
    }

    /// <summary>Null when the answer is none that could be used: the service may be sick, and its users live with that.</summary>
    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        try
        {
            return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Fixture(string Home, string Away);
}
