using System.Net;
using Touchline.Configuration.Probes;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>Asks a web server and looks at the answer. Nothing of the body is kept but where an expression must match it.</summary>
internal static class HttpProber
{
    public static async Task<bool> ProbeAsync(ProbeRun run, BodyBudget budget)
    {
        var config = run.Module.Http;
        var result = new HttpProbeResult(run.Metrics, config.HasJsonRules);
        if (!TryParse(run.Target, out var url))
        {
            return run.Fail(ProbeReason.Configuration, "Could not parse target URL", ("err", "it is no http or https URL"));
        }
        IPAddress? address = null;
        if (!config.SkipResolvePhaseWithProxy || string.IsNullOrEmpty(config.Client.ProxyUrl))
        {
            var resolve = result.Resolve;
            (address, var seconds) = await ProbeAddress.ChooseAsync(run, config.Address, url.IdnHost.Trim('[', ']')).ConfigureAwait(false);
            resolve.Value += seconds;
            if (address is null)
            {
                return false;
            }
        }
        result.BeginPhases();
        try
        {
            using var connection = new HttpProbeConnection(run, url, address, result);
            return await AskAsync(run, url, connection, result, budget).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or FetchException or IOException or InvalidOperationException or FormatException or NotSupportedException)
        {
            return run.Fail(e, "Error for HTTP request");
        }
    }

    private static bool TryParse(string target, out Uri url)
    {
        if (!target.StartsWith("http://", StringComparison.Ordinal) && !target.StartsWith("https://", StringComparison.Ordinal))
        {
            target = "http://" + target;
        }
        return Uri.TryCreate(target, UriKind.Absolute, out url!) && url.Host.Length > 0;
    }

    private static async Task<bool> AskAsync(ProbeRun run, Uri url, HttpProbeConnection connection, HttpProbeResult result, BodyBudget budget)
    {
        var config = run.Module.Http;
        using var request = new HttpProbeRequest(run, url);
        while (true)
        {
            using var message = await request.NextAsync().ConfigureAwait(false);
            run.Log.Info("Making HTTP request", ("url", request.Url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)), ("host", message.Headers.Host));
            var response = await connection.SendAsync(message).ConfigureAwait(false);
            using var received = response;
            var next = Redirects.Of(response, request.Url);
            var follows = next is not null && config.Client.FollowRedirects && result.Redirects.Value < config.MaxRedirects;
            if (next is not null)
            {
                result.Redirects.Value++;
                run.Log.Info("Received redirect", ("location", next));
            }
            if (follows && next!.Scheme is not ("http" or "https"))
            {
                return run.Fail(ProbeReason.UnexpectedAnswer, "Error for HTTP request", ("err", $"unsupported protocol scheme \"{next.Scheme}\""));
            }
            if (!follows)
            {
                if (next is not null)
                {
                    run.Log.Info("Not following redirect");
                }
                return await new HttpProbeAnswer(run, result, connection, budget).JudgeAsync(response, isRefusedRedirect: next is not null).ConfigureAwait(false);
            }
            request.Follow(next!, response.StatusCode);
        }
    }
}
