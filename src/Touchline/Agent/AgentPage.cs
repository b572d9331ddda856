using System.Net;
using System.Text;
using Touchline.Hosting;
using Touchline.RemoteWrite.Sending;
using Touchline.Views;

namespace Touchline.Agent;

/// <summary>The one page of an agent: what it watches and who it sends to, as plain HTML, which costs no memory while nobody looks.</summary>
internal sealed class AgentPage(TargetRegistry targets, RemoteWriteSender sender, RunningConfiguration configuration)
{
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.WriteAsync(Html(), context.RequestAborted);
    }

    private string Html()
    {
        var html = new StringBuilder(
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="10">
            <title>Touchline agent</title><style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
            table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884;vertical-align:top}.bad{color:#c33}</style>
            <body><h1>Touchline agent</h1>
            """);
        if (configuration.Error.Length > 0)
        {
            html.Append("<p class=\"bad\">The last change of the configuration was not applied: ").Append(Text(configuration.Error)).Append("</p>");
        }
        html.Append("<h2>Remote write</h2><table><tr><th>Remote<th>State<th>Behind<th>Waiting<th>Last error</tr>");
        foreach (var remote in sender.Remotes())
        {
            Row(html, $"{remote.Name} {remote.Url}", remote.State.ToString(), $"{remote.BehindSeconds:F0} s", $"{remote.QueuedBytes / 1024} KiB", remote.LastError);
        }
        html.Append("</table><h2>Targets</h2><table><tr><th>Job<th>Target<th>Health<th>Samples<th>Last error</tr>");
        foreach (var target in targets.Active())
        {
            Row(html, target.JobName, target.ScrapeUrl, target.Health.ToString(), $"{target.LastSamples}", target.LastError);
        }
        return html.Append("</table></body></html>").ToString();
    }

    private static void Row(StringBuilder html, params ReadOnlySpan<string> cells)
    {
        html.Append("<tr>");
        foreach (var cell in cells)
        {
            html.Append("<td>").Append(Text(cell));
        }
        html.Append("</tr>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
