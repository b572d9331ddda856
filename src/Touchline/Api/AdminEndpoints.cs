using Touchline.Hosting;
using Touchline.Model;
using Touchline.Options;
using Touchline.PromQL.Syntax;
using Touchline.Tsdb;

namespace Touchline.Api;

/// <summary><c>admin/tsdb/…</c>: what changes stored data. Only with <c>--web.enable-admin-api</c>; statuses and texts are Prometheus's.</summary>
internal sealed class AdminEndpoints(ServerOptions options, TsdbStore store)
{
    public async Task DeleteSeriesAsync(HttpContext context, ApiParameters parameters)
    {
        Allow();
        var texts = parameters.All("match[]");
        if (texts.Count == 0)
        {
            throw new ApiException(ApiErrorType.BadData, "no match[] parameter provided");
        }
        var start = parameters.Time("start", ApiParameters.MinTimeMs);
        var end = parameters.Time("end", ApiParameters.MaxTimeMs);
        var selectors = texts.Select(text => Selector(text ?? "")).ToList();
        await Task.Run(
            () =>
            {
                foreach (var selector in selectors)
                {
                    store.DeleteSeries(selector, start, end, context.RequestAborted);
                }
            },
            context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task CleanTombstonesAsync(HttpContext context, ApiParameters parameters)
    {
        Allow();
        await Task.Run(() => store.CleanTombstones(context.RequestAborted), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task SnapshotAsync(HttpContext context, ApiParameters parameters)
    {
        Allow();
        var skipHead = Boolean(parameters, "skip_head");
        var name = await Task.Run(() => store.Snapshot(skipHead, context.RequestAborted), context.RequestAborted);
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartObject();
        response.Json.WriteString("name"u8, name);
        response.Json.WriteEndObject();
        await response.FinishAsync();
    }

    private void Allow()
    {
        if (!options.EnableAdminApi)
        {
            throw new ApiException(ApiErrorType.Unavailable, "admin APIs disabled", StatusCodes.Status500InternalServerError);
        }
        if (!store.IsLoaded)
        {
            throw new ApiException(ApiErrorType.Unavailable, "TSDB not ready");
        }
    }

    /// <summary>A selector that, unlike a query's, may select everything: <c>{}</c> deletes all.</summary>
    private static IReadOnlyList<LabelMatcher> Selector(string text)
    {
        try
        {
            return PromQLParser.ParseSelector(text, mayBeEmpty: true).Matchers;
        }
        catch (PromQLSyntaxException e)
        {
            throw ApiException.BadParameter("match[]", e.Message);
        }
    }

    /// <summary>A truth value in the spellings that Go knows; false where the parameter is absent.</summary>
    private static bool Boolean(ApiParameters parameters, string name) => parameters[name] switch
    {
        "" or "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        var text => throw ApiException.BadParameter(name, $"unable to parse boolean: strconv.ParseBool: parsing {QuotedString.Of(text)}: invalid syntax"),
    };
}
