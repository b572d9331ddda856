namespace Touchline.Health;

/// <summary>How the status pages look: light or dark as the reader's system is, one column on a phone.</summary>
internal static class StatusPageStyle
{
    public const string Css = """
        :root{--page:#f5f6f8;--card:#fff;--line:#dde1e7;--text:#1a2230;--soft:#5a6576;--up:#14804a;--upbg:#e3f5ea;--bar:#2fa866;--down:#b3261e;--downbg:#fde8e6;--downbar:#d9453b;--part:#e0a100;--none:#d5dae1;--odd:#6b5a00;--oddbg:#fdf3cf}
        @media(prefers-color-scheme:dark){:root{--page:#11151c;--card:#1a202a;--line:#2d3643;--text:#e7ebf1;--soft:#9ba7b7;--up:#6fdc9f;--upbg:#12331f;--bar:#35a96a;--down:#ff9a90;--downbg:#43191a;--downbar:#e2574c;--part:#d9a521;--none:#343d4a;--odd:#f0d271;--oddbg:#3a3212}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 3rem}
        h1{margin:0;font-size:1.75rem;line-height:1.2;overflow-wrap:anywhere}h2{margin:0;font-size:1.05rem;overflow-wrap:anywhere}
        a{color:inherit}nav{margin-bottom:1rem;font-size:.9rem}nav a{color:var(--soft)}
        .row{display:flex;justify-content:space-between;align-items:center;gap:.75rem}
        .banner{display:flex;gap:.75rem;align-items:center;margin:1.25rem 0;padding:1rem 1.25rem;border-radius:.75rem;font-weight:600;font-size:1.1rem}
        .pill{flex:none;display:inline-flex;gap:.4rem;align-items:center;padding:.15rem .75rem;border-radius:2rem;font-weight:600;font-size:.9rem}
        .up.banner,.up.pill{background:var(--upbg);color:var(--up)}.down.banner,.down.pill{background:var(--downbg);color:var(--down)}.unknown.banner,.unknown.pill{background:var(--oddbg);color:var(--odd)}
        .services{list-style:none;margin:0;padding:0;display:grid;gap:.9rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr))}
        .card,.panel,.figures div{display:block;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.25rem;text-decoration:none}
        .card:hover,.card:focus-visible{border-color:var(--soft)}
        .since{margin:.25rem 0 .75rem;color:var(--soft);font-size:.9rem}.lead{margin:.5rem 0 1.25rem;color:var(--soft)}
        .days{display:flex;gap:2px;height:2rem;margin:.5rem 0}.days i{flex:1;border-radius:2px;background:var(--none)}
        .days .up{background:var(--bar)}.days .partly{background:var(--part)}.days .down{background:var(--downbar)}
        .small{font-size:.85rem;color:var(--soft)}.small b{color:var(--text)}
        .figures{display:grid;grid-template-columns:repeat(3,1fr);gap:.9rem;margin:0 0 .9rem}.figures dt{color:var(--soft);font-size:.85rem}.figures dd{margin:0;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums}
        .panel{margin-bottom:.9rem}.quiet{color:var(--soft);margin:.5rem 0 0}
        table{width:100%;border-collapse:collapse;margin-top:.5rem;font-size:.9rem;font-variant-numeric:tabular-nums}
        th{text-align:left;color:var(--soft);font-weight:500}th,td{padding:.45rem .75rem .45rem 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td{border-bottom:0}
        .ongoing{color:var(--down)}footer{margin-top:2rem;color:var(--soft);font-size:.85rem}
        @media(max-width:40rem){main{padding:1.25rem 1rem 2rem}h1{font-size:1.4rem}.figures{grid-template-columns:1fr 1fr}.figures div:last-child{grid-column:1/-1}
        thead{display:none}tr{display:block;padding:.6rem 0;border-bottom:1px solid var(--line)}tr:last-child{border-bottom:0}td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.1rem 0;text-align:right}td::before{content:attr(data-name);color:var(--soft);text-align:left}}
        """;
}
